/** How an option of one program gives a secret. */
interface SecretOption {
  /** The option as written, with its dashes. */
  readonly option: string
  /** `next`: the next word; `attached`: the same word; `both`: either. */
  readonly value: 'next' | 'attached' | 'both'
  /** Only what follows the first of these characters is secret (`user:password`); else all of it. */
  readonly after?: string
  /** So many words come between the option and its secret. */
  readonly skip?: number
}

/** What is known of a program's options; an empty list says that its short options mean something else. */
export type ProgramRules = readonly SecretOption[]

const next = (option: string, after?: string): SecretOption => ({
  option,
  value: 'next',
  ...(after && { after }),
})
const attached = (option: string, after?: string): SecretOption => ({
  option,
  value: 'attached',
  ...(after && { after }),
})
const later = (option: string, skip: number): SecretOption => ({ option, value: 'next', skip })
const both = (option: string, after?: string): SecretOption => ({
  option,
  value: 'both',
  ...(after && { after }),
})

const userOptions = (...options: string[]): SecretOption[] => options.map((option) => next(option, ':'))

const table: readonly (readonly [names: string, rules: ProgramRules])[] = [
  // for these, `-p word` is a database
  ['mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlslap mysqlbinlog', [attached('-p')]],
  ['mariadb mariadb-dump mariadb-admin mariadb-import mariadb-backup', [attached('-p')]],
  ['mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop', [both('-p')]],
  ['sshpass', [both('-p')]],
  ['redis-cli valkey-cli keydb-cli', [next('-a')]],
  [
    'curl',
    [both('-u', ':'), both('-U', ':'), ...userOptions('--user', '--proxy-user'), next('--oauth2-bearer')],
  ],
  ['etcdctl influx', userOptions('--user')],
  ['http https xh xhs', [next('-a', ':')]],
  ['ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldappasswd', [both('-w')]],
  ['smbclient smbget rpcclient', [both('-U', '%'), next('--user', '%')]],
  ['zip unzip', [both('-P')]],
  ['7z 7za 7zr 7zz', [attached('-p')]],
  ['mosquitto_pub mosquitto_sub mosquitto_rr', [next('-P')]],
  ['sqlcmd bcp', [both('-P')]],
  ['ipmitool', [both('-P')]],
  ['snmpget snmpwalk snmpbulkwalk snmpset', [next('-A'), next('-X'), next('-c')]],
  ['lftp', [next('-u', ',')]],
  ['cqlsh ncftpget ncftpput', [next('-p')]],
  ['xfreerdp xfreerdp3', [attached('/p:')]],
  ['aws', [next('aws_secret_access_key'), next('aws_session_token')]],
  ['openssl', [next('-k'), next('-K')]],
  ['rabbitmqctl', [later('add_user', 1), later('change_password', 1)]],
  ['htpasswd', [later('-b', 2), later('-cb', 2), later('-bc', 2), later('-nb', 1), later('-bn', 1)]],
  // any word may be user/password@database
  ['sqlplus sqlldr expdp impdp', [attached('', '/')]],
  ['ssh scp sftp rsync git nc ncat socat psql', []],
]

const byName = new Map(
  table.flatMap(([names, rules]) => names.split(' ').map((name) => [name, rules] as const)),
)

/** The clients of container registries, whose `-p` is a password after `login` and a port after `run`. */
const registryClients = new Set(['docker', 'podman', 'nerdctl', 'buildah', 'crane', 'helm', 'oras'])
const registryLogin: ProgramRules = [both('-p')]

/**
 * The rules that hold from this word on; undefined when the word changes nothing.
 *
 * @param word a word of a command line that is no option
 * @param previous the word before it
 */
export const rulesFrom = (word: string, previous: string | undefined): ProgramRules | undefined => {
  const name = word.slice(word.lastIndexOf('/') + 1)
  if (
    name === 'login' &&
    previous !== undefined &&
    registryClients.has(previous.slice(previous.lastIndexOf('/') + 1))
  )
    return registryLogin
  return registryClients.has(name) ? [] : byName.get(name)
}
