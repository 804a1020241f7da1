# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person can do about a failure."""

from __future__ import annotations

from .._model.language import Phrase

# Authentication: the application, and the user it acts for

APP_CREDENTIALS = Phrase(
    "Compare bk_app_code and bk_app_secret with the application's page in the BlueKing Developer Center."
)
HEADER_IGNORED = Phrase(
    "This ESB does not read credentials in the header. Leave credentials_in at auto, and do not use access_token, "
    "which is only sent in the header."
)
APP_UNKNOWN = Phrase(
    "Check bk_app_code. If the application was registered recently, the workers of the gateway only accept it after "
    "they have been recycled or restarted."
)
ESB_USER = Phrase(
    "The ESB only accepts bk_username from applications on its allowlist of applications exempt from user login "
    "(应用免登录态验证白名单). Check the spelling of bk_app_code first. Then ask a platform administrator to add the "
    "application to the allowlist, or use the user's bk_token instead."
)
APIGW_USER = Phrase(
    "The API gateway only accepts bk_username from applications on its allowlist of applications exempt from user "
    "authentication (免用户认证应用白名单). Check the spelling of bk_app_code first. Then ask a gateway administrator "
    "to add the application to the allowlist, or use bk_token or access_token instead."
)
USER_TOKEN = Phrase("bk_token has expired or is wrong. Log in to BlueKing again and use the new token.")
ACCESS_TOKEN = Phrase("access_token has expired or was not issued to a user. Get a new one.")
CREDENTIALS = Phrase(
    "Check the credentials: either bk_app_code and bk_app_secret together with bk_username or bk_token, or only "
    "access_token."
)
UNAUTHORIZED = Phrase("Check the credentials. If the platform has several tenants, also check bk_tenant_id.")
USER = Phrase("The user is unknown, or is not allowed to do this. Check bk_username, bk_token or access_token.")
USER_NAME = Phrase(
    "The user name must consist of ASCII characters, without leading spaces or line breaks. Check bk_username, or the "
    "user that bk_token belongs to."
)
TENANT = Phrase(
    "Check bk_tenant_id. Also check whether the gateway accepts requests from the IP address of this machine."
)

# Permissions

APP_PERMISSION = Phrase(
    "The application is not allowed to call this API. Check the spelling of bk_app_code first. Then request the "
    "permission in the BlueKing Developer Center; a gateway administrator has to approve it."
)
USER_PERMISSION = Phrase("Request the permission for the user in the BlueKing Permission Center (IAM), system bk_job.")
CMDB_APP_PERMISSION = Phrase(
    "The application is not allowed to call this API of CMDB. Check the spelling of bk_app_code first. Then request "
    "the permission in the BlueKing Developer Center, for the system CC of the ESB or for the gateway bk-cmdb; an "
    "administrator has to approve it."
)
CMDB_USER_PERMISSION = Phrase(
    "Request the permission for the user in the BlueKing Permission Center (IAM), system bk_cmdb."
)
USER_REFUSED = Phrase("Run the task as a user who is allowed to do this.")
FROZEN_USER = Phrase(
    "The user's account is frozen. Ask a platform administrator to unfreeze it, or run the task as another user."
)
ACCOUNT_PERMISSION = Phrase(
    "Request the permission to use this account (use_account) for the user in the BlueKing Permission Center (IAM)."
)
CONFIRMER = Phrase("Run the task as one of the confirmers of the step.")

# What was not found

ADDRESS = Phrase("The server does not have this API. Check url, gateway and api_version.")
CMDB_ADDRESS = Phrase("The server does not have this API of CMDB. Check url, gateway and cmdb_url.")
CHANNEL = Phrase("This API is disabled on the ESB. Ask a platform administrator to enable its channel.")
PLAN = Phrase("Check job_plan_id and the business. A plan can only be found in the business that it belongs to.")
UNREADABLE_PLAN = Phrase(
    "The response describes the plan in an unknown format. To launch the plan without checking its variables, set "
    "validate_variables to false."
)
PLAN_NAME = Phrase(
    "Check the name, the job template and the business. To list the plans of a business, use "
    "blueking.job.bk_job_plan_info."
)
TEMPLATE = Phrase(
    "Check the job template and the business. A job template can only be found in the business that it belongs to."
)
BUSINESS = Phrase("Check bk_biz_id, or bk_scope_type and bk_scope_id.")
INSTANCE = Phrase("Check the id and the business. Job deletes instances after a retention period.")

# What is wrong with the plan, or with the state of an instance

ACCOUNT = Phrase(
    "Create this account in the business, or use another account. For a plan, select it in the job template and sync "
    "the plan."
)
SCRIPT_VERSION = Phrase("Select a released version of the script in the job template and sync the plan.")
LIBRARY_SCRIPT = Phrase("Check the id of the script and bk_biz_id. The script must have an online version.")
NAME_IN_USE = Phrase(
    "The business already has one of this name. Use another name, or manage the existing one by its name."
)
LABEL_IN_USE = Phrase("The script already has a version with this label. Set another version.")
IN_USE = Phrase("Templates or plans use this version of the script. Change them first.")
CRON = Phrase("Check the id of the schedule and bk_biz_id: a schedule belongs to one business.")
CRON_TIME = Phrase("The time of a schedule that runs once must be in the future.")
UPLOAD = Phrase(
    "Nothing was launched. Check that the host of the task reaches the artifact repository of BlueKing (network, "
    "proxy, ca_path)."
)
UPLOAD_GONE = Phrase("Job no longer has the uploaded file. Run the task again.")
FILE_AGENT = Phrase(
    "Job's own server, through which these files pass, has no agent. Ask a platform administrator, or use sources."
)
DANGEROUS_SCRIPT = Phrase(
    "A script matches one of Job's rules for dangerous commands. Change the script, or ask a platform administrator to "
    "change the rule."
)
PLAN_VARIABLE = Phrase(
    "A step refers to a host variable that the plan does not have. Fix the job template and sync the plan."
)
PLAN_STEPS = Phrase("The plan has no steps. Select at least one step of the plan in Job.")
ROLLING = Phrase(
    "The rolling strategy is invalid, or results in more than 500 batches. Correct rolling_config. Plans do not have "
    "one, so for a plan ask a platform administrator."
)
STATE = Phrase("The current state of the instance or step does not allow this operation. Check the state first.")
STARTED = Phrase("The instance has already been started. To wait for it, use blueking.job.bk_job_wait.")
NOT_STARTABLE = Phrase(
    "Job before 3.10 does not support starting instances separately. It may run the instance immediately, so two_phase "
    "has no effect."
)
STOPPING = Phrase("The instance is already being terminated. Wait until it has finished.")
ABANDONED = Phrase("Job discarded the instance because of a task eviction policy. Ask a platform administrator.")

# What is wrong with targets and parameters

TARGETS = Phrase(
    "Check the target servers of the task, and the plan's default values for the host variables that the task does not "
    "set."
)
SOURCES = Phrase("Check the servers that the step copies files from. They may come from a host variable.")
FOREIGN_TARGETS = Phrase(
    "Check the IP addresses and BK-Net areas (bk_cloud_id). Also check in CMDB that the hosts belong to this business."
)
DYNAMIC_GROUP = Phrase("Check the id of the dynamic group. Also check in CMDB that the group belongs to this business.")
TOO_MANY = Phrase("Launch the plan for fewer hosts at a time, or ask a platform administrator to raise the limit.")
UNSUPPORTED = Phrase(
    "This version of Job does not support this scope or these targets. Use hosts of a single business."
)
INVALID = Phrase("Fix the parameter that the message describes.")
MALFORMED = Phrase(
    "The request was changed on its way to the gateway. Check the proxies between this machine and the gateway."
)
TOO_LARGE = Phrase(
    "The request may exceed the size limit of the gateway, which is 2.5 MiB on older ESBs and 10 MiB on newer ones. "
    "Use host_id_list, dynamic groups or topology nodes instead of long lists of IP addresses."
)

# Rate limits and quotas

THROTTLED = Phrase(
    "The rate limit of the gateway was exceeded. Run fewer tasks at the same time, increase retries, or ask a gateway "
    "administrator to raise the limit."
)


BUSINESS_QUOTA = Phrase(
    "The quota of running jobs for this business is exceeded, and all retries failed. Wait until some jobs have "
    "finished, increase retries, or ask a platform administrator to raise the quota."
)
APP_QUOTA = Phrase(
    "The quota of running jobs for this application is exceeded, and all retries failed. Wait until some jobs have "
    "finished, increase retries, or ask a platform administrator to raise the quota."
)
SYSTEM_QUOTA = Phrase(
    "The quota of running jobs for the whole platform is exceeded, and all retries failed. Wait until some jobs have "
    "finished, increase retries, or ask a platform administrator to raise the quota."
)

# Errors of servers, and of the connection to them

SERVER = Phrase(
    "The error occurred on the server. If it persists, report request_id, job_request_id and the time to the platform "
    "administrators."
)
PLATFORM = Phrase(
    "The platform is misconfigured. Report request_id, job_request_id and the time to the platform administrators."
)
ANY_REASON = Phrase(
    "Job did not return the reason. First check in the execution history whether the plan was started. Then check the "
    "plan, its variables, accounts and hosts."
)
TARGETS_AT_LAUNCH = Phrase(
    "Job also returns this error for invalid targets. Check that all hosts belong to the business, and that no host "
    "variable of the plan is empty. Also check in the execution history whether the plan was started."
)
LOST_REASON = Phrase(
    "The gateway did not return the reason. Ask its administrators to look up the request by request_id and time."
)
NOT_REACHED = Phrase(
    "The gateway cannot reach a service behind it. If this persists, contact the gateway administrators."
)
GATEWAY = Phrase("The gateway is misconfigured. Contact the gateway administrators.")
UNKNOWN_RESPONSE = Phrase(
    "The meaning of this response is not known. Ask the platform administrators to look up the request by request_id, "
    "job_request_id and time."
)
NOT_THE_API = Phrase(
    "The response did not come from the API. Check that url points to the gateway and not to a login page or proxy."
)
REDIRECT = Phrase(
    "Redirects are not followed. Set url to the address of the API itself, which often begins with https."
)
PROXY = Phrase(
    "The proxy refused the connection. Check the proxy settings and their credentials, or set use_proxy to false."
)
NETWORK = Phrase("Check url, the network and the proxy settings.")
NOT_SENDABLE = Phrase("Check url, bk_tenant_id and the proxy environment variables for invalid characters.")
UNKNOWN_ISSUER = Phrase(
    "Set ca_path to the root CA of the server's certificate. The server also has to send the intermediate certificates."
)
EXPIRED = Phrase("Check the date of this machine. If it is correct, the certificate has to be renewed.")
OTHER_HOST = Phrase("Use the host name of the certificate in url, or have the certificate reissued for this host name.")
CERTIFICATE = Phrase(
    "The certificate, or the certificate of its CA, does not meet the requirements of Python. Newer versions of Python "
    "check more extensions. Have the certificate reissued."
)
LATE = Phrase("Increase timeout, or ask the gateway administrators why the gateway is slow.")
CUT_OFF = Phrase("The connection was closed before the response was complete. Check the network and the proxies.")
NO_HTTP = Phrase("The server did not return a valid HTTP response. Check url and the proxy settings.")
DEFECT = Phrase("This is a bug in blueking.job. Please report it with the output of -vvv.")
