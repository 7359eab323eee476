//! The catalogue: which apps there are to add, how they sign on, and what their settings are called.
//!
//! Settings and link names are as recorded for the apps of the first table; the others take whatever settings are sent.

use super::mode;

pub(crate) struct Entry {
    /// `name` of every instance.
    pub name: &'static str,
    /// What it can be, the preferred SWA or SSO mode first; empty for apps that are only a directory or a source.
    pub modes: &'static [&'static str],
    /// Settings that every instance shows, `null` until they are set.
    pub settings: &'static [&'static str],
    /// Settings that may not be blank.
    pub required: &'static [&'static str],
    /// Names of its tiles; empty stands for `{name}_link`.
    pub links: &'static [&'static str],
    /// Whether Okta has a page on how to set it up.
    pub guide: bool,
}

const fn entry(name: &'static str, modes: &'static [&'static str]) -> Entry {
    Entry {
        name,
        modes,
        settings: &[],
        required: &[],
        links: &["login"],
        guide: true,
    }
}

const fn template(
    name: &'static str,
    modes: &'static [&'static str],
    settings: &'static [&'static str],
    required: &'static [&'static str],
) -> Entry {
    Entry {
        settings,
        required,
        guide: false,
        ..entry(name, modes)
    }
}

const SSO: &[&str] = &[mode::SAML_2_0, mode::BROWSER_PLUGIN];
const OIDC: &[&str] = &[mode::OPENID_CONNECT];

static ENTRIES: &[Entry] = &[
    Entry {
        links: &[],
        ..template("oidc_client", OIDC, &[], &[])
    },
    template("bookmark", &[mode::BOOKMARK], &["requestIntegration", "url"], &["url"]),
    template(
        "template_swa",
        &[mode::BROWSER_PLUGIN],
        &[
            "buttonField",
            "checkbox",
            "loginUrlRegex",
            "passwordField",
            "redirectUrl",
            "url",
            "usernameField",
        ],
        &["url", "usernameField", "passwordField", "buttonField"],
    ),
    template(
        "template_swa3field",
        &[mode::BROWSER_PLUGIN],
        &[
            "buttonSelector",
            "extraFieldSelector",
            "extraFieldValue",
            "loginUrlRegex",
            "passwordSelector",
            "redirectUrl",
            "targetURL",
            "userNameSelector",
        ],
        &[
            "targetURL",
            "userNameSelector",
            "passwordSelector",
            "buttonSelector",
            "extraFieldSelector",
            "extraFieldValue",
        ],
    ),
    template(
        "template_sps",
        &[mode::SECURE_PASSWORD_STORE],
        &[
            "optionalField1",
            "optionalField1Value",
            "optionalField2",
            "optionalField2Value",
            "optionalField3",
            "optionalField3Value",
            "passwordField",
            "url",
            "usernameField",
        ],
        &["url", "usernameField", "passwordField"],
    ),
    template(
        "template_basic_auth",
        &[mode::BASIC_AUTH],
        &["authURL", "loginUrlRegex", "url"],
        &["url", "authURL"],
    ),
    template(
        "template_wsfed",
        &[mode::WS_FEDERATION],
        &[
            "attributeStatements",
            "audienceRestriction",
            "authnContextClassRef",
            "groupFilter",
            "groupName",
            "groupValueFormat",
            "nameIDFormat",
            "realm",
            "siteURL",
            "usernameAttribute",
            "wReplyOverride",
            "wReplyURL",
        ],
        &["siteURL", "wReplyURL"],
    ),
    Entry {
        settings: &["adminUserId", "baseUrl", "subdomain"],
        required: &["subdomain"],
        ..entry("pagerduty", SSO)
    },
    Entry {
        settings: &["acsUrl", "audRestriction", "baseUrl", "idpId"],
        required: &["baseUrl"],
        ..entry(
            "okta_org2org",
            &[mode::SAML_2_0, mode::OPENID_CONNECT, mode::BROWSER_PLUGIN],
        )
    },
    Entry {
        settings: &["acs_url", "audience_uri", "subDomain"],
        required: &["subDomain"],
        ..entry("zoomus", SSO)
    },
    Entry {
        settings: &["authToken", "companySubDomain", "encryptedAuthToken"],
        required: &["companySubDomain"],
        ..entry("zendesk", SSO)
    },
    Entry {
        settings: &[
            "domain",
            "domains",
            "msftTenant",
            "occSettings",
            "office365FlexibleProvisioningMode",
            "office365ProvisioningType",
            "requireAdminConsent",
            "tenantType",
            "windowsTransportEnabled",
            "wsFedConfigureType",
        ],
        required: &["domain"],
        ..entry(
            "office365",
            &[
                mode::WS_FEDERATION,
                mode::SAML_1_1,
                mode::SAML_2_0,
                mode::BROWSER_PLUGIN,
            ],
        )
    },
    Entry {
        settings: &[
            "customDomain",
            "instanceType",
            "integrationType",
            "loginUrl",
            "logoutUrl",
            "myDomain",
            "orgID",
            "portalID",
            "siteURL",
        ],
        required: &["instanceType", "integrationType"],
        ..entry("salesforce", SSO)
    },
    Entry {
        settings: &[
            "accessKey",
            "accountID",
            "appFilter",
            "awsEnvironmentType",
            "groupFilter",
            "identityProviderArn",
            "joinAllRoles",
            "loginURL",
            "overrideAcsURL",
            "roleValuePattern",
            "secretKey",
            "secretKeyEnc",
            "sessionDuration",
            "useGroupMapping",
            "webSSOAllowedClient",
        ],
        ..entry("amazon_aws", SSO)
    },
    Entry {
        settings: &["groupFilter", "pushGroupsWithSAML", "siteURL"],
        ..entry("boxnet", SSO)
    },
    Entry {
        settings: &["acsUrl", "audRestriction", "instanceType", "samlEmailAddress"],
        ..entry("docusign", SSO)
    },
    Entry {
        settings: &[
            "communityId",
            "facebookOrgId",
            "facebookSubDomain",
            "useWorkplaceDomain",
        ],
        ..entry("facebook_at_work", SSO)
    },
    Entry {
        settings: &["afwOnly", "domain", "rpId"],
        required: &["domain"],
        ..entry("google", SSO)
    },
    Entry {
        settings: &["domain", "userEmailValue"],
        required: &["domain"],
        ..entry("slack", SSO)
    },
    Entry {
        settings: &["siteDomain"],
        ..entry("zscalerbyz", SSO)
    },
    Entry {
        settings: &["base_url"],
        links: &[],
        ..entry("strongdm", OIDC)
    },
    Entry {
        links: &[],
        ..entry("deel", OIDC)
    },
    Entry {
        links: &[],
        ..entry("applauz", OIDC)
    },
    Entry {
        links: &[],
        guide: false,
        ..entry("deelhr", &[])
    },
    Entry {
        links: &[],
        guide: false,
        ..entry("csv_directory", &[])
    },
    entry("adobe_creative", SSO),
    entry("asana", SSO),
    entry("atlassian", SSO),
    entry("aws_console", &[mode::BROWSER_PLUGIN]),
    entry("bamboohr", SSO),
    entry("cisco_webex", SSO),
    entry("concur", SSO),
    entry("confluence_onprem", SSO),
    entry("datadog", SSO),
    entry("dropbox_for_business", SSO),
    entry("freshdesk", SSO),
    entry("github", SSO),
    entry("githubcloud", SSO),
    entry("gotomeeting", SSO),
    entry("greenhouse", SSO),
    entry("jira_onprem", SSO),
    entry("linkedin", &[mode::BROWSER_PLUGIN]),
    entry("lucidchart", SSO),
    entry("miro", SSO),
    entry("netsuite", SSO),
    entry("new_relic", SSO),
    entry("ringcentral", SSO),
    entry("servicenow_ud", SSO),
    entry("snowflake", SSO),
    entry("splunk_cloud", SSO),
    entry("successfactors", SSO),
    entry("tableau_online", SSO),
    entry("workday", SSO),
];

/// Names are found whatever their case: recorded requests for `Deel` made a `deel`.
pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
}
