import { describe, expect, test } from 'vitest'
import { programOnly, redactCommandLine, redactValue } from '../../../src/probe/redact/redact.ts'

/** Split at blanks, except within «». */
const argvOf = (line: string): string[] =>
  [...line.matchAll(/«([^»]*)»|(\S+)/g)].map(([, quoted, word]) => quoted ?? (word as string))

const blotted: [line: string, shown: string][] = [
  // long options
  ['app --password=hunter2', 'app --password=•••'],
  ['app --password hunter2 --verbose', 'app --password ••• --verbose'],
  ['app «--password=two words»', 'app --password=•••'],
  ['app --db-password «two words»', 'app --db-password •••'],
  ['app --client-secret=abc --client-id=me', 'app --client-secret=••• --client-id=me'],
  ['app --api-key abc', 'app --api-key •••'],
  ['app --apiKey=abc', 'app --apiKey=•••'],
  ['app --auth-token=abc', 'app --auth-token=•••'],
  ['app --token abc', 'app --token •••'],
  ['app --requirepass abc', 'app --requirepass •••'],
  ['redis-server --requirepass abc --port 6379', 'redis-server --requirepass ••• --port 6379'],
  ['consul agent -token=abc', 'consul agent -token=•••'],
  ['influxd -password abc', 'influxd -password •••'],
  [
    'java -Djavax.net.ssl.keyStorePassword=changeit -jar a.jar',
    'java -Djavax.net.ssl.keyStorePassword=••• -jar a.jar',
  ],
  [
    'java -Dspring.datasource.password=x -Dserver.port=1',
    'java -Dspring.datasource.password=••• -Dserver.port=1',
  ],
  ['mkfs --passphrase x', 'mkfs --passphrase •••'],
  [
    'kubectl create secret generic s --from-literal=password=abc',
    'kubectl create secret generic s --from-literal=password=•••',
  ],
  ['helm install --set auth.rootPassword=abc,replicas=2', 'helm install --set auth.rootPassword=•••'],
  ['openssl rsa -passin pass:abc -in k.pem', 'openssl rsa -passin pass:••• -in k.pem'],
  ['wget --http-password=abc http://x/', 'wget --http-password=••• http://x/'],
  ['app --storage-account-key=abc==', 'app --storage-account-key=•••'],
  // variables
  ['env PGPASSWORD=abc psql -h db', 'env PGPASSWORD=••• psql -h db'],
  ['docker run -e MYSQL_ROOT_PASSWORD=abc mysql', 'docker run -e MYSQL_ROOT_PASSWORD=••• mysql'],
  ['env AWS_SECRET_ACCESS_KEY=wJalr/abc aws', 'env AWS_SECRET_ACCESS_KEY=••• aws'],
  ['env REDISCLI_AUTH=abc redis-cli', 'env REDISCLI_AUTH=••• redis-cli'],
  ['env DB_PASS=x MYSQL_PWD=y run', 'env DB_PASS=••• MYSQL_PWD=••• run'],
  ['env GITHUB_TOKEN=x API_KEY=y run', 'env GITHUB_TOKEN=••• API_KEY=••• run'],
  // programs
  ['mysql -uroot -psecret db', 'mysql -uroot -p••• db'],
  ['/usr/bin/mysqldump -psecret --all-databases', '/usr/bin/mysqldump -p••• --all-databases'],
  ['sudo -u postgres mysql -psecret', 'sudo -u postgres mysql -p•••'],
  ['mongosh -u me -p secret db', 'mongosh -u me -p ••• db'],
  ['sshpass -p secret ssh -p 22 host', 'sshpass -p ••• ssh -p 22 host'],
  ['sshpass -psecret ssh host', 'sshpass -p••• ssh host'],
  ['redis-cli -h x -a secret ping', 'redis-cli -h x -a ••• ping'],
  ['redis-cli --pass secret ping', 'redis-cli --pass ••• ping'],
  ['curl -u me:secret http://x/', 'curl -u me:••• http://x/'],
  ['curl -ume:secret http://x/', 'curl -ume:••• http://x/'],
  ['curl --user me:secret http://x/', 'curl --user me:••• http://x/'],
  ['curl --oauth2-bearer abcdef x', 'curl --oauth2-bearer ••• x'],
  ['curl -H «Authorization: Bearer abc.def» x', 'curl -H Authorization: Bearer ••• x'],
  ['curl -H «authorization: Basic bWU6c2VjcmV0» x', 'curl -H authorization: Basic ••• x'],
  ['curl -H «X-Api-Key: abc» x', 'curl -H X-Api-Key: ••• x'],
  ['curl -H «Cookie: session=abc» x', 'curl -H Cookie: ••• x'],
  ['curl -d «{"password": "abc", "user": "me"}» x', 'curl -d {"password": "•••", "user": "me"} x'],
  ['docker login -u me -p secret registry', 'docker login -u me -p ••• registry'],
  ['ldapsearch -D cn=admin -w secret', 'ldapsearch -D cn=admin -w •••'],
  ['smbclient //a/b -U me%secret', 'smbclient //a/b -U me%•••'],
  ['7z x -psecret a.7z', '7z x -p••• a.7z'],
  ['snmpget -c community host', 'snmpget -c ••• host'],
  ['aws configure set aws_secret_access_key abc', 'aws configure set aws_secret_access_key •••'],
  ['rabbitmqctl add_user me secret', 'rabbitmqctl add_user me •••'],
  ['htpasswd -b /etc/file me secret', 'htpasswd -b /etc/file me •••'],
  ['openssl enc -k secret -in x', 'openssl enc -k ••• -in x'],
  ['sqlplus -S scott/tiger@db', 'sqlplus -S scott/•••'],
  ['lftp -u me,secret ftp.x', 'lftp -u me,••• ftp.x'],
  // URLs
  ['app postgres://me:secret@db:5432/x', 'app postgres://me:•••@db:5432/x'],
  ['app postgres://me:p@ss/w:rd@db/x', 'app postgres://me:•••@db/x'],
  ['app redis://:secret@a:1,redis://:other@b:2', 'app redis://:•••@a:1,redis://:•••@b:2'],
  ['app --url=amqp://me:secret@q/', 'app --url=amqp://me:•••@q/'],
  ['git clone https://0123456789abcdef01234567@host/x', 'git clone https://•••@host/x'],
  ['curl https://x/?access_token=abc&page=2', 'curl https://x/?access_token=•••&page=2'],
  ['curl https://x/f?sv=1&sig=abc%3D', 'curl https://x/f?sv=1&sig=•••'],
  ['curl https://x/f?X-Amz-Signature=abc&a=b', 'curl https://x/f?X-Amz-Signature=•••&a=b'],
  // shapes
  ['app eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'app •••'],
  ['app AKIAIOSFODNN7EXAMPLE', 'app •••'],
  ['app ghp_0123456789abcdefghij0123456789', 'app •••'],
  ['app «-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----»', 'app •••'],
  ['app «-----BEGIN PRIVATE KEY-----\nMIIabc cut off»', 'app •••'],
  ['app user:$apr1$abcdefgh$0123456789abcdefghijkl', 'app user:•••'],
  ['app {token:abc,password:12345}', 'app {token:•••,password:•••}'],
  ['curl -H Cookie:session=abc x', 'curl -H Cookie:••• x'],
  // command lines in words
  ['sh -c «mysql -psecret db | gzip»', 'sh -c mysql -p••• db | gzip'],
  ["sh -c «PGPASSWORD='two words' psql -p 5432»", 'sh -c PGPASSWORD=••• psql -p 5432'],
  ['sh -c «app --password secret; ls --all»', 'sh -c app --password •••; ls --all'],
  [
    'bash -c «curl -H "Authorization: Bearer abc" http://x»',
    'bash -c curl -H "Authorization: Bearer •••" http://x',
  ],
  ['«worker: job --token abc running»', 'worker: job --token ••• running'],
]

const kept: string[] = [
  'app --password-file /run/secrets/db',
  'app --password-file=/run/secrets/db',
  'app --token-ttl=3600 --token-ttl 3600',
  'docker login --password-stdin registry',
  'app --no-password --verbose',
  'app --ask-password file',
  'app --password --verbose',
  'vault server --max-tokens=4096 --max-new-tokens 512',
  'llm --tokens 4096',
  'llm --tokenizer gpt',
  'ssh -p 22 host',
  'ssh -p22 host',
  'docker run -p 80:80 -e A=b nginx',
  'mysql -p db',
  'psql -p 5432 -U me',
  'env PWD=/root OLDPWD=/ bash',
  'kube-apiserver --tls-private-key-file=/etc/k.pem --service-account-key-file=/etc/sa.pem',
  'app --private-key=/etc/ssl/key.pem',
  'app --private-key ./key.pem',
  'nginx -g daemon',
  'app --auth=none --auth-type basic',
  'app http://host:8080/a@b',
  'app http://host:8080,http://other:9090/me@x',
  'git clone ssh://git@github.com/a/b',
  'git clone git@github.com:a/b.git',
  'curl -u me http://x/',
  'sort --key=2 --compass north',
  'app --bypass proxy',
  'app --author me --authority x',
  'app --secret-name db --client-id me',
  'app --public-key abc',
  'java -Dapp.password.policy=strict -jar a.jar',
  'app -x y',
  'openssl rsa -passin env:VAR -passout file:/x',
  'app http://auth:8080/x --upstream token:443',
  'docker run team/auth:v1.2 secrets:latest',
  'sleep 30',
  '',
]

describe('redactCommandLine', () => {
  test.each(blotted)('%s', (line, shown) => {
    expect(redactCommandLine(argvOf(line))).toBe(shown)
  })

  test.each(kept)('keeps %s', (line) => {
    expect(redactCommandLine(argvOf(line))).toBe(line)
  })

  test('takes long and awkward command lines, and cuts them', () => {
    const awkward = [
      'a'.repeat(200_000),
      '-'.repeat(100_000),
      '"'.repeat(50_000),
      'a='.repeat(50_000),
      ' '.repeat(50_000),
    ]
    const more = [
      'http://'.repeat(9000),
      'bearer '.repeat(9000),
      `http://u:${'@'.repeat(60_000)}`,
      '-----BEGIN PRIVATE KEY-----'.repeat(2400),
    ]
    for (const word of [...awkward, ...more])
      expect(redactCommandLine(['sh', '-c', word]).length).toBeLessThan(70_000)
  })
})

describe('programOnly', () => {
  test.each([
    [['/usr/bin/psql', '-h', 'db', 'customers'], '/usr/bin/psql'],
    [['postgres: ann customers 10.0.0.7(4711) idle'], 'postgres:'],
    [[' /bin/sh', '-c', 'x'], '/bin/sh'],
    [['https://me:hunter2@host/x'], 'https://me:•••@host/x'],
    [[''], ''],
    [[], ''],
  ])('%j', (argv, shown) => {
    expect(programOnly(argv)).toBe(shown)
  })
})

describe('redactValue', () => {
  test.each([
    ['DB_PASSWORD', 'x', '•••'],
    ['com.example.api-key', 'x', '•••'],
    ['traefik.http.middlewares.a.basicauth.users', 'me:x', '•••'],
    ['com.example.url', 'postgres://me:x@db', 'postgres://me:•••@db'],
    ['config', 'user=me;password=x;tls=on', 'user=me;password=•••;tls=on'],
    ['org.opencontainers.image.title', 'Password manager', 'Password manager'],
    ['maintainer', 'me@example.org', 'me@example.org'],
    ['com.docker.compose.project', 'token-service', 'token-service'],
    ['token.enabled', 'true', 'true'],
    ['password', '', ''],
  ])('%s = %s', (key, value, shown) => {
    expect(redactValue(key, value)).toBe(shown)
  })
})
