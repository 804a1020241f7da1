# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do about a failed check, and whom to ask."""

from __future__ import annotations

from .._model.language import Phrase

# Whom to ask

OPERATOR = Phrase("Ask whoever maintains this playbook and its environment.")
NETWORK_TEAM = Phrase("Ask the network administrators.")
PLATFORM = Phrase("Ask a BlueKing platform administrator.")
APP_OWNER = Phrase("Ask the owner of the application in the BlueKing Developer Center.")
GATEWAY_ADMIN = Phrase(
    "Ask the owner of the application to request it, and the administrators of the gateway to approve it."
)
IAM_MANAGER = Phrase("Ask the manager of the business in the Permission Center (IAM).")

# What to do

OPTIONS = Phrase("Set the option or its environment variable. The guide Connecting to Job describes all of them.")
UPGRADE = Phrase("Install a newer version of the library requests.")
RESOLVE = Phrase("Check the spelling of the host in url, and the DNS of this machine.")
REACH = Phrase("Check the port in url, and the firewalls and the proxy between this machine and the gateway.")
NO_TLS = Phrase("Credentials are sent in clear text. Use an https URL, if the gateway has one.")
HANDSHAKE = Phrase("Check that this port of the server has TLS, and the client certificate if the server requires one.")
NOT_VERIFIED = Phrase(
    "validate_certs is false, so anybody on the way can read the credentials. Set ca_path to the CA instead."
)
ENDS_SOON = Phrase("Have the certificate renewed before it ends.")
IS_ESB = Phrase("What answers at url is an ESB. Set gateway to esb, or url to the API gateway with its stage.")
IS_APIGW = Phrase(
    "What answers at url is an API gateway. Set gateway to apigw and api_version to v3, or url to the PaaS."
)
CLOCK = Phrase(
    "Synchronize the clock of this machine. If it is right, report the clock of the server. Lost launches are searched "
    "for by time, and schedules depend on it."
)
OLD_JOB = Phrase("This version of Job lacks the API. Upgrade Job.")
ACCESS_BUSINESS = Phrase(
    "Check bk_biz_id. Then request the permission access_business for the user in the Permission Center (IAM)."
)
HOSTS_REQUIRED = Phrase("A launch of this plan has to set these host variables in target_servers.")
