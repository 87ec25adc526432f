"""How Flask-Security's second step is set up here, and which of its routes there are."""

from __future__ import annotations

from datetime import timedelta

from survey_app.web.access import PUBLIC, SIGNED_IN

# The second step of a sign-in is public: nobody is signed in before it is taken.
ROUTES = {
    "security.verify": SIGNED_IN,
    "security.two_factor_setup": SIGNED_IN,
    "security.two_factor_token_validation": PUBLIC,
    "security.tf_select": PUBLIC,
    "security.mf_recovery_codes": SIGNED_IN,
    "security.mf_recovery": PUBLIC,
    "security.wan_register": SIGNED_IN,
    "security.wan_register_response": SIGNED_IN,
    "security.wan_delete": SIGNED_IN,
    "security.wan_signin": PUBLIC,
    "security.wan_signin_response": PUBLIC,
}
# The library makes these too, and cannot leave them out. Nobody finds them.
NOT_OFFERED = {
    "security.two_factor_setup_validate": PUBLIC,
    "security.two_factor_rescue": PUBLIC,
    "security.wan_verify": PUBLIC,
    "security.wan_verify_response": PUBLIC,
}

FRESH = timedelta(minutes=15)
RECOVERY_CODES = 10
CODE_SECONDS = 30

CONFIGURATION = {
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": CODE_SECONDS,  # one code back and one forward
    "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TWO_FACTOR_SETUP_URL": "/second-step/app",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/second-step/code",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/second-step/which",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/second-step/rescue",
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/accounts/second-step/",
    "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "accounts/second_step/app.html",
    "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/second_step/code.html",
    "SECURITY_TWO_FACTOR_SELECT_TEMPLATE": "accounts/second_step/which.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/second-step/recovery-codes",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/second-step/recovery-code",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/second_step/recovery_codes.html",
    "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/second_step/recovery_code.html",
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": True,
    "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": True,
    "SECURITY_WAN_ALLOW_USER_HINTS": False,  # nobody learns who has a passkey
    "SECURITY_WAN_REGISTER_URL": "/passkeys",
    "SECURITY_WAN_SIGNIN_URL": "/passkey",
    "SECURITY_WAN_DELETE_URL": "/passkeys/remove",
    "SECURITY_WAN_VERIFY_URL": "/passkey-again",
    "SECURITY_WAN_REGISTER_WITHIN": timedelta(minutes=10),
    "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "SECURITY_WAN_SIGNIN_TIMEOUT": 240_000,
    "SECURITY_WAN_REGISTER_TIMEOUT": 240_000,
    "SECURITY_WAN_POST_REGISTER_VIEW": "/accounts/second-step/",
    "SECURITY_WAN_REGISTER_TEMPLATE": "accounts/second_step/passkeys.html",
    "SECURITY_WAN_SIGNIN_TEMPLATE": "accounts/second_step/passkey.html",
    "SECURITY_FRESHNESS": FRESH,
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=5),
    "SECURITY_VERIFY_URL": "/password-again",
    "SECURITY_VERIFY_TEMPLATE": "accounts/second_step/password_again.html",
    "SECURITY_POST_VERIFY_VIEW": "/accounts/second-step/",
    "SECURITY_MSG_REAUTHENTICATION_REQUIRED": (
        "Type your password again: how you sign in is changed only within 15 minutes of typing it.",
        "error",
    ),
    "SECURITY_MSG_REAUTHENTICATION_SUCCESSFUL": ("Thank you. Go on where you were.", "info"),
    "SECURITY_MSG_INVALID_PASSWORD": ("That is not your password.", "error"),
    "SECURITY_MSG_TWO_FACTOR_INVALID_TOKEN": (
        "That code is not right, has passed or was used already. Type the one that the app shows now.",
        "error",
    ),
    "SECURITY_MSG_TWO_FACTOR_LOGIN_SUCCESSFUL": ("You are signed in.", "success"),
    "SECURITY_MSG_TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        "The app works. From now on you are asked for its code when you sign in with your password.",
        "success",
    ),
    "SECURITY_MSG_TWO_FACTOR_PERMISSION_DENIED": ("Begin with your e-mail address and password.", "error"),
    "SECURITY_MSG_TWO_FACTOR_DISABLED": ("The app is asked for no more.", "success"),
    "SECURITY_MSG_INVALID_RECOVERY_CODE": ("That is none of your recovery codes, or it was used already.", "error"),
    "SECURITY_MSG_WEBAUTHN_NAME_REQUIRED": ("Give the passkey a name, so that you know it again.", "error"),
    "SECURITY_MSG_WEBAUTHN_NAME_INUSE": ("You have a passkey called %(name)s already. Choose another name.", "error"),
    "SECURITY_MSG_WEBAUTHN_NAME_NOT_FOUND": ("You have no passkey called %(name)s.", "error"),
    "SECURITY_MSG_WEBAUTHN_NAME_DISALLOWED_CHARACTERS": ("Use letters, digits, spaces and hyphens.", "error"),
    "SECURITY_MSG_INVALID_INPUT_LENGTH": ("Use %(length)s characters or fewer.", "error"),
    "SECURITY_MSG_WEBAUTHN_CREDENTIAL_DELETED": ("The passkey %(name)s opens nothing any more.", "success"),
    "SECURITY_MSG_WEBAUTHN_REGISTER_SUCCESSFUL": ("The passkey %(name)s works.", "success"),
    "SECURITY_MSG_WEBAUTHN_CREDENTIAL_ID_INUSE": ("That passkey is known here already.", "error"),
    "SECURITY_MSG_WEBAUTHN_UNKNOWN_CREDENTIAL_ID": ("That passkey is not known here.", "error"),
    "SECURITY_MSG_WEBAUTHN_MISMATCH_USER_HANDLE": ("That passkey is not known here.", "error"),
    "SECURITY_MSG_WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        "That passkey is for the other use: one signs in by itself, the other is the second step after the password.",
        "error",
    ),
    "SECURITY_MSG_WEBAUTHN_EXPIRED": ("That took longer than %(within)s. Begin again.", "error"),
    "SECURITY_MSG_WEBAUTHN_NO_VERIFY": ("The passkey could not be checked. Begin again.", "error"),
    "SECURITY_MSG_API_ERROR": ("The browser’s answer was not complete. Begin again.", "error"),
}
