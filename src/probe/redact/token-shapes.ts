/**
 * Secrets that are recognised by their shape alone. A match never begins directly after a letter or digit. Parts of
 * variable length are bounded, or end the match wherever they stop, so that the time to search is linear in the length
 * of the text.
 */
const TOKENS: readonly (readonly [whose: string, shape: RegExp])[] = [
  ['JSON Web Tokens', /(?<![\w-])eyJ[\w-]{6,}\.[\w-]{4,}\.[\w-]*/],
  ['AWS', /(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?![0-9A-Za-z])/],
  ['GitHub', /gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}/],
  ['GitLab', /gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent|ffct|wt)-[\w-]{16,}|GR1348941[\w-]{16,}/],
  ['Bitbucket and Atlassian', /AT(?:ATT3x|BB|CTT3x)[\w=-]{20,}/],
  ['Slack', /xox[abceoprs]-[\w-]{10,}|xapp-\d-[\w-]{10,}|xoxe\.xox[bp]-[\w-]{10,}/],
  ['Telegram bots', /\d{8,10}:A[\w-]{34}(?![\w-])/],
  ['Discord bots', /[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}/],
  [
    'Stripe, OpenAI, Anthropic and others alike',
    /(?:sk|rk|pk)[_-](?:live|test|proj|ant|svcacct|or)[_-][\w-]{10,}|sk-[A-Za-z0-9]{20,}|whsec_[\w+/=]{16,}/,
  ],
  [
    'Hugging Face, Replicate, Groq, xAI, Perplexity, LangSmith',
    /hf_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|pplx-[A-Za-z0-9]{20,}|lsv2_(?:pt|sk)_\w{20,}/,
  ],
  [
    'npm, PyPI, RubyGems, crates.io, NuGet',
    /npm_[A-Za-z0-9]{30,}|pypi-[\w-]{16,}|rubygems_[0-9a-f]{32,}|cio[A-Za-z0-9]{32}(?![A-Za-z0-9])|oy2[a-z0-9]{43}/,
  ],
  ['Google', /AIza[\w-]{30,}|ya29\.[\w-]{10,}|GOCSPX-[\w-]{20,}|1\/\/0[\w-]{30,}/],
  [
    'SendGrid, Mailgun, Mailchimp, Brevo',
    /SG\.[\w-]{10,}\.[\w-]{10,}|key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}(?!\d)|xkeysib-[0-9a-f]{32,}/,
  ],
  ['Twilio', /SK[0-9a-f]{32}(?![0-9a-f])/],
  ['Vault, Terraform, Consul', /hv[sbr]\.[\w-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}/],
  ['Docker Hub', /dckr_[po]at_[\w-]{10,}/],
  ['Docker Swarm', /SWMTKN-1-[a-z0-9]{20,}-[a-z0-9]{10,}/],
  ['DigitalOcean', /do[opr]_v1_[0-9a-f]{20,}/],
  ['Azure', /[\w~.-]{3}8Q~[\w~.-]{31,}/],
  [
    'Cloud hosts',
    /HRKU-[\w-]{20,}|nfp_[A-Za-z0-9]{20,}|(?:fo1|fm[12]r?)_[\w-]{20,}|rnd_[A-Za-z0-9]{20,}|vercel_[A-Za-z0-9]{20,}/,
  ],
  [
    'Data bases',
    /sbp_[0-9a-f]{32,}|sb_secret_[\w-]{16,}|pscale_(?:tkn|pw|oauth)_[\w.-]{20,}|dapi[0-9a-f]{32}/,
  ],
  [
    'Grafana, Sentry, New Relic, Sonar, Postman, Linear',
    /gl(?:sa|c)_[\w+/=-]{20,}|sntry[su]_[\w+/=-]{20,}|NR(?:AK|II|JS|RA|AL|SP)-[\w-]{16,}|sq[pua]_[0-9a-f]{32,}|PMAK-[0-9a-f]{20,}-[0-9a-f]{20,}|lin_(?:api|oauth)_[A-Za-z0-9]{20,}/,
  ],
  [
    'Doppler, Pulumi, Tailscale, ngrok, Buildkite, CircleCI',
    /dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{20,}|pul-[0-9a-f]{32,}|tskey-[a-z]{2,12}-[\w-]{10,}|bk[au]a_[0-9a-f]{20,}|CCIPAT_[\w-]{20,}/,
  ],
  [
    'Shopify, Square, Facebook, Adafruit, Figma, Notion, Airtable, Contentful',
    /shp(?:at|ss|pa|ca)_[0-9a-f]{32}|sq0[a-z]{3}-[\w-]{20,}|EAA[A-Za-z0-9]{40,}|aio_[A-Za-z0-9]{20,}|figd_[\w-]{20,}|ntn_[A-Za-z0-9]{30,}|secret_[A-Za-z0-9]{40,}|pat[A-Za-z0-9]{14}\.[0-9a-f]{40,}|CFPAT-[\w-]{30,}/,
  ],
  ['Scope', /scopejoin_[\w-]{20,}/],
  ['age', /AGE-SECRET-KEY-1[0-9A-Z]{20,}/],
  ['Mapbox', /sk\.eyJ[\w-]{6,}\.[\w-]{10,}/],
]

/** Matches any token of the table; has the global flag. */
export const TOKEN = new RegExp(
  `(?<![A-Za-z0-9])(?:${TOKENS.map(([, shape]) => shape.source).join('|')})`,
  'g',
)

/** Secrets that are recognised by the text around them. The text of the first group is kept. */
export const SURROUNDED: readonly (readonly [what: string, shape: RegExp])[] = [
  [
    'private keys, whole or cut off',
    /()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  ],
  [
    'password hashes of crypt(3), htpasswd and argon2',
    /()\$(?:apr1|2[abxy]|1|5|6|7|y|gy|argon2(?:i|d|id)|scrypt|pbkdf2-sha\d+)\$[^\s,:"']+/g,
  ],
  ['web hooks of Slack', /(\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/)[^\s"'?]+/g],
  [
    'web hooks of Discord',
    /(\/\/(?:\w{1,16}\.)?discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,32}\/)[\w-]+/g,
  ],
  ['web hooks of Teams', /(\/\/[\w.-]{1,64}\.office(?:365)?\.com\/webhook(?:b2)?\/)[^\s"']+/g],
  [
    'web hooks of Zapier, IFTTT, Lark, Mattermost, Rocket.Chat, Opsgenie and others',
    /(\/\/[\w.-]{1,64}(?::\d{1,5})?\/(?:hooks\/catch|trigger\/[\w-]{1,64}\/with\/key|open-apis\/bot\/v2\/hook|hooks|integration)\/)(?=[\w-]{0,64}\d)[\w/-]{16,}/g,
  ],
  ['bots of Telegram', /(\/bot)\d{6,12}:[\w-]{20,}/g],
  ['keys of Sentry', /(\/\/)[0-9a-f]{32}(?=(?::[0-9a-f]{32})?@[\w.-]{1,128}\/\d)/g],
]
