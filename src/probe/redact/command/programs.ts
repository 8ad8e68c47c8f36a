import { parseUsages, type Usages } from './usage.ts'

/**
 * How programs take secrets, other than by an option whose name says so (`--password`, see `key-words.ts`). For the
 * notation see {@link parseUsages}. A program with empty usages is listed so that its short options are not taken for
 * those of a program before it on the command line.
 */
const table: readonly (readonly [names: string, usages: string, flags?: string])[] = [
  // transfer
  [
    'curl',
    '-u _:• | -u_:• | -U _:• | -U_:• | --user _:• | --proxy-user _:• | -b _=• | -b_=• | --cookie _=• | ' +
      '-E _:• | --cert _:• | --proxy-cert _:• | --pass • | --proxy-pass • | --oauth2-bearer • | --tlspassword •',
    '0123456789#aBfgGiIjJklLMnNOpqRsSvVZ',
  ],
  ['wget wget2', ''],
  ['aria2c', '--rpc-secret • | --http-passwd • | --ftp-passwd •'],
  ['http https xh xhs', '-a _:• | -a_:• | -a •'],
  ['lftp', '-u _,•'],
  ['ncftp ncftpget ncftpput', '-p •'],
  ['yt-dlp youtube-dl', '-p • | -2 • | --video-password • | --ap-password •'],
  ['transmission-remote', '-n _:• | --auth _:•'],
  ['rclone', 'obscure • | reveal •'],
  ['s3cmd', '--secret_key • | --access_key •'],
  [
    'mc mcli',
    'alias set _ _ •… | config host add _ _ •… | admin user add _ _ •… | admin user svcacct add _ _ •…',
  ],
  ['svn hg ftp tftp', ''],
  // data bases
  [
    'mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlslap mysqlbinlog mysqlpump ' +
      'mariadb mariadb-dump mariadb-admin mariadb-import mariadb-backup',
    '-p• | password •',
    'ABbCEfGHiNnqrsTtvVwX',
  ],
  [
    'mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles',
    '-p • | -p•',
  ],
  ['redis-cli valkey-cli keydb-cli', '-a • | AUTH •… | auth •… | requirepass • | masterauth • | !--key'],
  ['cqlsh nodetool', '-p • | -pw •'],
  ['influx', '-t • | --user _:• | -p •'],
  ['etcdctl', '--user _:• | user add _:•'],
  ['sqlcmd bcp', '-P • | -P•'],
  ['tsql freebcp fisql', '-P • | -P•'],
  ['isql iusql', '_ _ •'],
  ['beeline', '-p •'],
  ['sqlplus sqlldr expdp impdp exp imp rman tnsping', '_/•'],
  ['db2', 'using •'],
  ['psql pg_dump pg_restore pg_basebackup createdb', ''],
  ['neo4j-admin', 'set-initial-password •'],
  ['cypher-shell', '-p •'],
  // directories, mail, messages
  ['ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldapcompare ldapmodrdn', '-w • | -w•', 'xLvnZcCAMSt'],
  ['ldappasswd', '-w • | -s • | -a •', 'xvnZSA'],
  ['swaks', '-ap • | --auth-password •'],
  ['sendemail sendEmail', '-xp •'],
  ['mosquitto_pub mosquitto_sub mosquitto_rr', '-P •'],
  ['rabbitmqctl', 'add_user _ • | change_password _ • | authenticate_user _ •'],
  ['rabbitmqadmin', '-p •'],
  ['nats', '--user _:•'],
  ['kadmin kadmin.local', '-w • | -pw •'],
  ['ipa ipa-client-install ipa-server-install ipa-replica-install', '-w • | -p • | -a •'],
  ['samba-tool', 'setpassword _ • | user create _ •'],
  // machines and networks
  ['sshpass', '-p • | -p•'],
  ['plink pscp psftp putty', '-pw •'],
  ['ssh-keygen', '-N • | -P •'],
  ['ssh scp sftp rsync git nc ncat socat autossh mosh', ''],
  ['smbclient smbget rpcclient smbcacls net', '-U _%• | -U_%• | --user _%•'],
  ['winexe psexec evil-winrm wmiexec.py smbexec.py', '-U _%• | -p •'],
  ['xfreerdp xfreerdp3 wlfreerdp sdl-freerdp', '/p:• | /gp:• | /rp:•'],
  ['rdesktop', '-p •'],
  ['x11vnc', '-passwd • | -viewpasswd •'],
  ['ipmitool', '-P • | -P• | set password _ •'],
  ['snmpget snmpwalk snmpbulkwalk snmpbulkget snmpset snmptrap', '-A • | -X • | -c • | -A• | -X• | -c•'],
  [
    'nmcli',
    'password • | psk • | wep-key0 • | 802-1x.password • | wifi-sec.psk • | 802-11-wireless-security.psk •',
  ],
  ['wpa_passphrase', '_ •'],
  ['wpa_cli', 'psk • | password •'],
  ['wg', 'private-key • | preshared-key •'],
  ['ip', 'auth _ • | auth-trunc _ • | enc _ • | aead _ •'],
  ['pppd', 'password •'],
  ['dig nsupdate delv', '-y _:•'],
  ['ngrok', 'authtoken • | add-authtoken • | add-api-key •'],
  ['cloudflared', 'service install •'],
  ['tailscale', '--authkey • | --auth-key •'],
  ['zerotier-cli', '-T • | -T•'],
  ['openvpn openconnect vpnc', ''],
  ['certbot', ''],
  // clouds
  [
    'aws',
    'aws_secret_access_key • | aws_session_token • | put-parameter --value • | --secret-string • | !--key | !--starting-token | !--next-token',
  ],
  ['az', 'login -p • | -p • | --sas •'],
  ['gcloud gsutil', '!--key'],
  ['doctl', '-t • | --access-token •'],
  ['heroku', 'config:set _=•…'],
  ['flyctl fly', '-t • | secrets set _=•…'],
  ['vercel netlify', '-t •'],
  ['oc', 'login -p • | secret --from-literal=_=• | secret --from-literal _=•'],
  [
    'kubectl k3s microk8s',
    'secret --from-literal=_=• | secret --from-literal _=• | agent -t • | server -t •',
  ],
  ['kubeadm', 'token create •'],
  ['argocd', '--password •'],
  ['pulumi', 'set --secret _ •'],
  ['ansible-vault', 'encrypt_string •'],
  // secrets, keys, archives
  [
    'vault bao',
    'login • | login < • | kv put _ _=•… | kv patch _ _=•… | write _ _=•… | operator unseal • | token revoke • | token lookup • | unwrap •',
  ],
  ['consul', '-encrypt •'],
  ['nomad', 'var put _ _=•…'],
  ['bw', 'login _ • | unlock •'],
  ['op', 'signin _ _ _ •'],
  [
    'openssl',
    '-k • | -K • | -psk • | -hmac • | -passin pass:• | -passout pass:• | -pass pass:• | hexkey:• | key:• | hexpass:• | !-key',
  ],
  ['gpg gpg2', '--passphrase-fd 0 < • | !--recv-keys | !--export | !--default-key | !--local-user'],
  [
    'keytool jarsigner apksigner',
    '-storepass • | -keypass • | -srcstorepass • | -deststorepass • | -srckeypass • | -destkeypass • | --ks-pass pass:• | --key-pass pass:•',
  ],
  ['pkcs11-tool pkcs15-tool softhsm2-util', '-p • | --so-pin •'],
  ['ykman', '-P • | -m •'],
  ['zip unzip zipcloak', '-P • | -P•', 'rjqv0123456789'],
  ['7z 7za 7zr 7zz', '-p•'],
  ['rar unrar', '-p• | -hp•'],
  ['qpdf', '--encrypt • •'],
  ['pdftotext pdfinfo pdftoppm', '-upw • | -opw •'],
  ['cryptsetup', '< •'],
  // users of this machine
  ['chpasswd newusers', '< _:•'],
  ['passwd', '--stdin < •'],
  ['smbpasswd', '-s < •'],
  ['sudo', '-S < •'],
  ['usermod useradd', '-p •'],
  [
    'htpasswd',
    '-b _ _ • | -cb _ _ • | -bc _ _ • | -nb _ • | -bn _ • | -nbB _ • | -nbBC _ _ • | -Bbn _ • | -bB _ _ • | -Bb _ _ • | -cbB _ _ • | -bcB _ _ • | -bBc _ _ • | -i < •',
  ],
  ['mkpasswd', '-s < •'],
  ['virt-customize virt-builder virt-sysprep', 'password:• | --root-password password:•'],
  ['crudini', 'password • | admin_password • | secret •'],
  ['su doas', ''],
  // building and publishing
  ['twine', 'upload -p •'],
  ['poetry', 'publish -p • | config _ _ •'],
  ['pip pip3 uv', ''],
  ['npm yarn pnpm', '!--key'],
  ['gem', '-k • | --otp •'],
  ['cargo', 'login •'],
  ['dotnet nuget', '-ApiKey • | push -k • | source -p • | --password •'],
  ['composer', 'config _ •…'],
  ['bundle', 'config _ _:• | set _ _:•'],
  ['sentry-cli', ''],
  ['jenkins-cli', '-auth _:•'],
  ['mvn gradle gradlew', ''],
  ['gh glab hub', '--with-token < •'],
  ['wp', '--user_pass • | --dbpass •'],
  ['drush', '--account-pass •'],
  // For registries, -p is a password after `login` but a port after `run`.
  [
    'docker podman nerdctl buildah skopeo crane oras',
    'login -p • | login -p• | --password-stdin < • | --creds _:• | --src-creds _:• | --dest-creds _:• | secret create < •',
  ],
  ['helm', 'login -p •'],
  // Programs in which --key is a column or key name.
  ['sort join column jq yq xdotool tmux', '!--key | !--keys'],
]

const byName: ReadonlyMap<string, Usages> = new Map(
  table.flatMap(([names, usages, flags]) => {
    const parsed = parseUsages(usages, flags)
    return names.split(' ').map((name) => [name, parsed] as const)
  }),
)

/** Options whose value is a name. It may equal that of a program but does not run it. */
const NAMING = new Set(
  '--name --hostname --network --net --network-alias --link --user --container --service -u -h -c'.split(' '),
)

/** Program names that are also common words. They count only at the beginning of a command. */
const AMBIGUOUS = new Set(
  'net ip http op sort join column exp imp fly su git ftp host bundle hub source key gem'.split(' '),
)
/** Words that are followed by another command. */
const WRAPPERS = new Set('sudo doas env exec nice ionice time nohup xargs command -- -exec -c'.split(' '))

/** The name of the program that a word runs. The word may be a path. */
export const programOf = (word: string): string =>
  word.slice(word.lastIndexOf('/') + 1).replace(/\.(?:exe|jar|sh|bin)$/, '')

/**
 * Looks up how a program takes secrets; undefined when the word is not a known program.
 *
 * @param word a word of a command line that is not an option
 * @param previous the word before it; undefined for the first of a command
 */
export const usagesOf = (word: string, previous: string | undefined): Usages | undefined => {
  if (word.length > 256 || (previous !== undefined && NAMING.has(previous))) return undefined
  const slash = word.lastIndexOf('/')
  // A path such as `secret/mysql` does not name a file.
  if (slash > 0 && !/^[./~]|bin\//.test(word)) return undefined
  const name = programOf(word)
  const mayMeanElse = slash < 0 && previous !== undefined && !WRAPPERS.has(previous)
  return mayMeanElse && AMBIGUOUS.has(name) ? undefined : byName.get(name)
}
