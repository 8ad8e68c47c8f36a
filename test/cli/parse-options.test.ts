import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultAccess } from '../../src/cli/options/access-choices.ts'
import { defaultOptions, type PartCommand, type ScopeOptions } from '../../src/cli/options/options.ts'
import { parseOptions } from '../../src/cli/options/parse-options.ts'
import { UsageError } from '../../src/cli/options/usage-error.ts'
import { defaultWeaveNet } from '../../src/cli/options/weave/weave-net-choices.ts'
import { defaultNamedServices } from '../../src/topology/named-services.ts'

const aFile = import.meta.filename
const authority = join(import.meta.dirname, '../fixtures/authority.pem')
const key = 'A'.repeat(43)
const otherKey = `${'A'.repeat(42)}E`

describe('options that are understood', () => {
  it.each<[PartCommand, string[], Partial<ScopeOptions>]>([
    ['launch', [], {}],
    ['launch', ['--app.http.address=127.0.0.1:0'], { appAddress: '127.0.0.1:0' }],
    ['launch', ['--app.http.address', '[::1]:4041'], { appAddress: '[::1]:4041' }],
    ['launch', ['--app.http.address=localhost:4041'], { appAddress: '127.0.0.1:4041' }],
    ['demo', [], { appAddress: '127.0.0.1:4040' }],
    ['demo', ['--app.http.address=:4041'], { appAddress: ':4041' }],
    [
      'demo',
      ['--hosts=50', '--containers', '5000', '--churn=0', '--seed=a'],
      { appAddress: '127.0.0.1:4040', hosts: 50, containers: 5000, churnPerMinute: 0, seed: 'a' },
    ],
    ['launch', ['--no-app'], { app: false }],
    ['launch', ['--probe-only'], { app: false }],
    ['launch', ['--no-probe'], { probe: false }],
    ['launch', ['--app-only'], { probe: false }],
    ['launch', ['--no-ebpf'], { ebpf: false }],
    ['launch', ['--probe.ebpf.connections=false'], { ebpf: false }],
    ['launch', ['--probe.docker=false'], { docker: false }],
    ['probe', ['--probe.conntrack=false'], { conntrack: false }],
    ['probe', ['--probe.processes=false'], { processes: false }],
    ['probe', ['--probe.docker.env'], { dockerEnvironment: true }],
    ['launch', ['--probe.omit.env-vars=false'], { dockerEnvironment: true }],
    ['launch', ['--probe.omit.env-vars'], {}],
    ['launch', ['--no-dns'], { dns: false }],
    ['probe', ['--probe.omit.cmd-args'], { omitCommandArguments: true }],
    ['launch', ['--probe.omit.cmd-args=false'], {}],
    ['launch', ['--probe.docker'], { docker: true }],
    ['launch', ['-probe.docker=false', '-debug'], { docker: false, debug: true }],
    ['launch', ['--probe.publish.interval=500ms'], { publishIntervalMs: 500 }],
    ['launch', ['--probe.connections.keep=1h'], { connectionsKeepMs: 3_600_000 }],
    ['launch', ['--probe.publish.interval', '1m'], { publishIntervalMs: 60_000 }],
    ['launch', ['--probe.proc.root=/proc/'], { procRoot: '/proc' }],
    ['launch', ['--app.window=1m30s'], { windowMs: 90_000 }],
    [
      'app',
      ['--app.max-nodes=5', '--app.max-body=512k', '--app.max-expanded-total=2G', '--app.max-text=512'],
      {
        intake: {
          ...defaultOptions.intake,
          ...{ nodes: 5, bodyBytes: 512 * 1024, decodedBytesInAll: 2 * 1024 ** 3, textLength: 512 },
        },
      },
    ],
    [
      'app',
      [
        ...[
          '--app.max-clients-per-address=2500',
          '--app.max-uploads=600',
          '--app.max-uploads-per-address=100',
        ],
        ...['--app.max-sockets=50', '--app.max-sockets-per-address=20', '--app.max-terminals=9'],
        ...['--app.max-terminals-per-user=3', '--app.max-sending=1G'],
      ],
      {
        clients: {
          ...{ connectionsPerAddress: 2500, uploads: 600, uploadsPerAddress: 100, sockets: 50 },
          ...{ socketsPerAddress: 20, terminals: 9, terminalsPerUser: 3, sendingBytes: 1024 ** 3 },
        },
      },
    ],
    ['app', ['--app.named-services=='], { namedServices: [] }],
    ['app', ['--app.named-services=*.a.test'], { namedServices: ['*.a.test'] }],
    [
      'launch',
      ['--app.named-services=+*.a.test,!b.a.test'],
      { namedServices: [...defaultNamedServices, '*.a.test', '!b.a.test'] },
    ],
    [
      'app',
      [
        '--app.container-label-filter=Databases:com.example.role=db',
        '--app.container-label-filter-exclude=My\\: rest:role=db',
        '--app.container-label-filter',
        'Empty:role=',
      ],
      {
        labelFilters: [
          { title: 'Databases', key: 'com.example.role', value: 'db', exclude: false },
          { title: 'My: rest', key: 'role', value: 'db', exclude: true },
          { title: 'Empty', key: 'role', value: '', exclude: false },
        ],
      },
    ],
    [
      'demo',
      ['--app.metrics-graph=https://graphs.test/explore?left={"expr":":query"}'],
      { appAddress: '127.0.0.1:4040', metricsGraph: 'https://graphs.test/explore?left={"expr":":query"}' },
    ],
    ['launch', ['--app.local-users=1001,root,daemon'], { localUsers: [1001, 0, 1] }],
    ['demo', ['--app.local-users', '1001'], { appAddress: '127.0.0.1:4040', localUsers: [1001] }],
    ['launch', ['--app.user=daemon'], { appUser: { name: 'daemon', uid: 1, gid: 1 } }],
    ['app', ['--app.launched-by=0,1000'], { launchedBy: [0, 1000] }],
    ['launch', ['--log.format=json'], { logFormat: 'json' }],
    ['launch', ['--app.tls=self-signed'], { tls: 'self-signed' }],
    ['app', [`--app.tls.cert=${aFile}`, `--app.tls.key=${aFile}`], { tlsCert: aFile, tlsKey: aFile }],
    ['probe', [`--probe.tls.ca=${authority}`], { tlsCa: authority }],
    [
      'launch',
      [`--probe.tls.fingerprint=${'ab'.repeat(32)},${'CD:'.repeat(31)}CD`],
      { tlsFingerprints: [`${'AB:'.repeat(31)}AB`, `${'CD:'.repeat(31)}CD`] },
    ],
    ['probe', ['--probe.resolver=10.0.0.53'], { resolver: '10.0.0.53:53' }],
    ['launch', ['--probe.resolver', '[fd00::53]:5353'], { resolver: '[fd00::53]:5353' }],
    ['launch', ['--probe.resolver=fd00::53'], { resolver: '[fd00::53]:53' }],
    ['launch', ['--weave=false'], { weaveNet: { ...defaultWeaveNet, isUsed: false } }],
    [
      'launch',
      ['--weave.hostname', 'Maps.weave.local.'],
      { weaveNet: { ...defaultWeaveNet, appUrl: 'http://maps.weave.local:4040' } },
    ],
    ...(['--probe.weave.hostname', '--app.weave.hostname'] as const).map(
      (option): [PartCommand, string[], Partial<ScopeOptions>] => [
        'launch',
        [option, 'maps.weave.local.'],
        { weaveNet: { ...defaultWeaveNet, appUrl: 'http://maps.weave.local:4040' } },
      ],
    ),
    [
      'app',
      ['--weave.hostname=https://maps.weave.local:444', '--app.weave.addr=http://10.0.0.5:6784/'],
      {
        weaveNet: {
          ...defaultWeaveNet,
          appUrl: 'https://maps.weave.local:444',
          appRouter: { host: '10.0.0.5', port: 6784 },
        },
      },
    ],
    [
      'probe',
      ['--probe.weave.addr=[::1]:7000'],
      { weaveNet: { ...defaultWeaveNet, probeRouter: { host: '::1', port: 7000 } } },
    ],
    [
      'probe',
      ['--probe.weave.addr=router.example'],
      { weaveNet: { ...defaultWeaveNet, probeRouter: { host: 'router.example', port: 6784 } } },
    ],
    ['launch', ['--native', '--probe.no-controls'], { probeControls: false }],
    [
      'launch',
      ['--no-controls', '--probe.controls=host'],
      { access: { ...defaultAccess, controls: false }, probeControls: false, controls: ['host'] },
    ],
    ['probe', ['--probe.controls=process,container'], { controls: ['container', 'process'] }],
    ['probe', ['--probe.controls', 'none'], { controls: [] }],
    [
      'probe',
      [
        `--app-key=10.0.0.5=${otherKey}`,
        `--app-key=[::1]:80=${key}`,
        ...[`--app-key=10.0.0.5:4040=${key}`, `--app-key=10.0.0.5:4040=${key}`],
      ],
      {
        appKeys: [
          { target: '10.0.0.5:4040', key: otherKey },
          { target: '[::1]:80', key },
          { target: '10.0.0.5:4040', key },
        ],
      },
    ],
    ['launch', ['--debug=false'], {}],
    [
      'app',
      ['--app.host=Scope.example.com,map', '--app.insecure', '--app.read-only', '--no-controls'],
      {
        access: {
          ...defaultAccess,
          hosts: ['Scope.example.com', 'map'],
          insecure: true,
          readOnly: true,
          controls: false,
        },
        probeControls: false,
      },
    ],
    [
      'launch',
      [
        '--app.trusted-proxies=10.0.0.5, fd00::/8,user:www-data',
        '--app.auth.proxy-header=X-Remote-User',
        '--app.auth.proxy-role=operator',
      ],
      {
        access: {
          ...defaultAccess,
          trustedProxies: ['10.0.0.5', 'fd00::/8', 'user:www-data'],
          proxyHeader: 'X-Remote-User',
          proxyRole: 'operator',
        },
      },
    ],
    [
      'demo',
      ['--app.insecure=false', '--app.read-only=true'],
      { appAddress: '127.0.0.1:4040', access: { ...defaultAccess, readOnly: true } },
    ],
    ['app', ['--app.window=20s', '--debug'], { windowMs: 20_000, debug: true }],
    ['probe', ['--no-ebpf'], { ebpf: false }],
  ])('scope %s %j', (command, args, expected) => {
    const { options, peers, warnings } = parseOptions(command, args)
    expect(options).toEqual({ ...defaultOptions, ...expected })
    expect(peers).toEqual([])
    expect(warnings).toEqual([])
  })
})

describe('apps to publish to', () => {
  it.each([
    ['10.0.0.5', 'http://10.0.0.5:4040'],
    ['10.0.0.5:80', 'http://10.0.0.5:80'],
    ['scope.example', 'http://scope.example:4040'],
    ['[fd00::1]', 'http://[fd00::1]:4040'],
    ['[fd00::1]:8080', 'http://[fd00::1]:8080'],
    ['http://scope.example:8080/', 'http://scope.example:8080'],
    ['http://scope.example', 'http://scope.example:80'],
    ['https://scope.example', 'https://scope.example:443'],
    ['https://[fd00::1]:4040/', 'https://[fd00::1]:4040'],
    ['scope.example:443', 'https://scope.example:443'],
    ['Scope_1.Example.', 'http://scope_1.example:4040'],
    ['HTTPS://scope1', 'https://scope1:443'],
    ['[FD00::0:1]', 'http://[fd00::1]:4040'],
    ['[::ffff:10.0.0.5]:80', 'http://[::ffff:a00:5]:80'],
    ['bücher.example', 'http://xn--bcher-kva.example:4040'],
    ['localhost', 'http://localhost:4040'],
  ])('%s', (peer, url) => {
    expect(parseOptions('launch', ['--debug', peer, '--no-ebpf']).peers).toEqual([url])
  })

  it.each([
    ['', 'it is empty'],
    [':4040', 'the host is missing'],
    ['a b', '"a b" is no host name'],
    ['host:99999', 'the port must be a number from 1 to 65535'],
    ['host:0', 'the port must be'],
    ['host:', 'the port must be'],
    ['host:http', 'the port must be'],
    ['ftp://host', 'by http or https, not by ftp'],
    ['constructor://host', 'by http or https, not by constructor'],
    ['https://host/path', 'nothing follows host and port'],
    ['a/b', 'nothing follows host and port'],
    ['https://', 'it is empty'],
    ['[nonsense]:1', '"nonsense" is no IPv6 address'],
    ['[::1', 'no host'],
    ['::1', 'stands in brackets: [::1] or [::1]:4040'],
    ['fd00::5:4040', 'stands in brackets'],
    ['[fe80::1%eth0]', 'an address with a zone'],
    ['192.168.0.300', '"192.168.0.300" is no IPv4 address'],
    ['192.168.1', 'is no IPv4 address'],
    ['010.0.0.1', 'is no IPv4 address'],
    ['4040', 'is it a port?'],
    ['0.0.0.0', 'an app listens there'],
    ['[::]:4040', 'an app listens there'],
    ['host-', '"host-" is no host name'],
    ['a..b', 'no host name'],
    [`${'a'.repeat(64)}.example`, 'no host name'],
    ['s3cret@host', '"…@host": it holds no user, password or token'],
    ['https://user:s3cret@host', '"https://…@host": it holds no user'],
  ])('not %j', (peer, why) => {
    const parse = () => parseOptions('probe', ['--', peer])
    expect(parse).toThrow(UsageError)
    expect(parse).toThrow(why)
    expect(parse).not.toThrow(/s3cret|\n/)
  })

  it('are not more than a probe can do', () => {
    const peers = Array.from({ length: 65 }, (_, i) => `host${i}`)
    expect(parseOptions('launch', peers.slice(1)).peers).toHaveLength(64)
    expect(() => parseOptions('launch', peers)).toThrow('65 apps to publish to are too many')
  })
})

describe('a hosted service', () => {
  const withToken = ['--service-token=s3cret']
  it.each<[string[], NodeJS.ProcessEnv, Partial<ScopeOptions>]>([
    [['--service-url=scope.example'], {}, { serviceUrl: 'https://scope.example:443' }],
    [[], { SCOPE_SERVICE_URL: 'https://scope.example:8443' }, { serviceUrl: 'https://scope.example:8443' }],
    [
      ['--service-url=a.example'],
      { SCOPE_SERVICE_URL: 'b.example' },
      { serviceUrl: 'https://a.example:443' },
    ],
    [['--service-url=http://127.0.0.1:4041'], {}, { serviceUrl: 'http://127.0.0.1:4041' }],
    [
      ['--service-url=http://scope.example', '--app.insecure'],
      {},
      { serviceUrl: 'http://scope.example:80', access: { ...defaultAccess, insecure: true } },
    ],
  ])('with %j and %j', (args, env, expected) => {
    for (const command of ['launch', 'command', 'probe'] as const)
      expect(parseOptions(command, [...withToken, ...args], env).options).toEqual({
        ...{ ...defaultOptions, app: false, serviceToken: 's3cret' },
        ...expected,
      })
  })

  it.each<[string[], NodeJS.ProcessEnv, string]>([
    [
      withToken,
      {},
      'needs the address of the service: give --service-url=https://HOST[:PORT], or set SCOPE_SERVICE_URL',
    ],
    [withToken, { SCOPE_SERVICE_URL: '' }, 'needs the address of the service'],
    [['--service-url=scope.example'], {}, 'give --service-token, too'],
    [[...withToken, '--service-url=http://scope.example'], {}, 'could read the token'],
    [withToken, { SCOPE_SERVICE_URL: 'http://scope.example' }, 'SCOPE_SERVICE_URL: everybody'],
    [withToken, { SCOPE_SERVICE_URL: 'https://a/b' }, 'SCOPE_SERVICE_URL: expected HOST'],
    [[...withToken, '--service-url=scope.example', '--no-probe'], {}, 'is for the probe'],
    [['--service-token=', '--service-url=scope.example'], {}, 'expected a token'],
    [['--service-token=s3cret and more', '--service-url=scope.example'], {}, 'expected a token'],
    [[...withToken, `--service-token-file=${aFile}`], {}, 'exclude each other'],
  ])('not with %j and %j', (args, env, message) => {
    const parse = () => parseOptions('launch', args, env)
    expect(parse).toThrow(UsageError)
    expect(parse).toThrow(message)
    expect(parse).not.toThrow(/s3cret/)
  })

  it('is not there without a token, whatever the environment says', () => {
    expect(parseOptions('launch', [], { SCOPE_SERVICE_URL: 'https://a/b' }).options).toEqual(defaultOptions)
  })
})

describe('wrong usage is told in one line that names the fault', () => {
  it.each<[PartCommand, string[], RegExp]>([
    ['demo', ['--containers=0'], /--containers: expected a whole number between 1 and 10000/],
    ['demo', ['--churn=-1'], /--churn: expected a whole number/],
    ['demo', ['--no-ebpf'], /unknown option --no-ebpf of "scope demo"/],
    ['demo', ['10.0.0.5'], /"scope demo" takes no argument/],
    ['app', ['--seed=a'], /unknown option --seed/],
    ['launch', ['--bogus'], /unknown option --bogus .*allowed: --app\.http\.address, /],
    ['launch', ['--__proto__=1'], /unknown option --__proto__/],
    ['launch', ['--constructor'], /unknown option --constructor/],
    [
      'app',
      ['--no-ebpf'],
      /unknown option --no-ebpf of "scope app"; allowed: --app\.http\.address, --app\.tls, --app\.tls\.cert, .*--app\.window, --app\.named-services, .*--debug/,
    ],
    ['probe', ['--app.window=1s'], /unknown option --app\.window/],
    ['probe', ['--app.max-nodes=5'], /unknown option --app\.max-nodes/],
    [
      'app',
      ['--app.max-reports-total=32M'],
      /--app\.max-expanded=64M is more than --app\.max-reports-total=32M/,
    ],
    ['app', ['--app.max-nodes=0'], /--app\.max-nodes: expected a whole number between 1 and 100000/],
    [
      'app',
      ['--app.max-body=8MB'],
      /--app\.max-body: expected a size between 64k and 256M such as 512k or 8M/,
    ],
    ['app', ['--app.max-text=511'], /between 512 and 8192/],
    ['app', ['--app.max-body=65M'], /--app\.max-body=65M is more than --app\.max-body-total=64M/],
    ['app', ['--app.max-sockets=0'], /--app\.max-sockets: expected a whole number between 1 and 100000/],
    ['app', ['--app.max-sending=1k'], /--app\.max-sending: expected a size between 1M and 8G/],
    ['probe', ['--app.max-sockets=5'], /unknown option --app\.max-sockets/],
    [
      'app',
      ['--app.max-sockets=100'],
      /--app\.max-sockets-per-address=250 is more than --app\.max-sockets=100: it can be no more than that/,
    ],
    [
      'app',
      ['--app.max-sockets-per-address=600'],
      /--app\.max-sockets-per-address=600 is more than --app\.max-clients-per-address=512/,
    ],
    [
      'app',
      ['--app.max-uploads-per-address=513'],
      /--app\.max-uploads-per-address=513 is more than --app\.max-uploads=512/,
    ],
    [
      'app',
      ['--app.max-terminals=100'],
      /--app\.max-terminals-per-user=128 is more than --app\.max-terminals=100/,
    ],
    ['app', ['--app.max-posts-total=19'], /--app\.max-posts=20 is more than --app\.max-posts-total=19/],
    [
      'launch',
      ['--app.local-users=root,no-such-user'],
      /--app\.local-users: there is no user "no-such-user" in/,
    ],
    ['launch', ['--app.local-users=root,'], /--app\.local-users: expected at most 100 users by name or id/],
    ['launch', ['--app.local-users=4294967295'], /there is no user "4294967295"/],
    ['launch', ['--app.user=no-such-user'], /--app\.user: there is no user "no-such-user"/],
    ['launch', ['--app.user=root'], /--app\.user: expected another user than root/],
    ['app', ['--app.launched-by=root'], /--app\.launched-by: expected at most 100 user ids/],
    ['launch', ['--app.launched-by=0'], /unknown option --app\.launched-by/],
    ['launch', ['--probe.docker=maybe'], /--probe\.docker: expected true or false, not "maybe"/],
    ['launch', ['--app.http.address'], /--app\.http\.address needs a value/],
    ['launch', ['--app.http.address', '--debug'], /--app\.http\.address needs a value/],
    ['launch', ['--app.http.address=4040'], /--app\.http\.address: expected an address .*, not "4040"/],
    ['launch', ['--app.http.address=:65536'], /--app\.http\.address/],
    ['probe', ['--probe.connections.keep=25h'], /expected a duration between 1s and 24h/],
    ['launch', ['--probe.publish.interval=1'], /expected a duration between 100ms and 1m .*, not "1"/],
    ['launch', ['--probe.publish.interval=0s'], /expected a duration/],
    ['launch', ['--probe.publish.interval=-1s'], /expected a duration/],
    ['launch', ['--probe.publish.interval=2m'], /expected a duration/],
    ['launch', ['--probe.proc.root=/no/such/place'], /--probe\.proc\.root: expected a directory/],
    ['app', ['--app.named-services=+'], /--app\.named-services: expected patterns of domain names/],
    ['app', ['--app.named-services=*'], /expected patterns .*, not "\*"/],
    ['app', ['--app.named-services=a.test,,b.test'], /expected patterns/],
    ['app', ['--app.container-label-filter=a:b'], /expected Title:key=value, .*, not "a:b"/],
    ['app', ['--app.container-label-filter=role=db'], /expected Title:key=value/],
    ['app', ['--app.container-label-filter-exclude=:role=db'], /expected Title:key=value/],
    ['app', ['--app.metrics-graph=graphs:query'], /"graphs:query" is no URL; it begins with http/],
    [
      'app',
      ['--app.metrics-graph=//graphs/:query'],
      /"\/\/graphs\/:query" is no URL; .* as in http:\/\/prometheus/,
    ],
    ['app', ['--app.metrics-graph=javascript:alert(":query")'], /expected a URL of http or https/],
    [
      'app',
      ['--app.metrics-graph=http://graphs/'],
      /"http:\/\/graphs\/" lacks :query, in the place of the PromQL/,
    ],
    ['app', ['--app.metrics-graph=http://graphs.:query/'], /is no URL|stands in the place of the host/],
    ['app', ['--app.metrics-graph=http://x:secret@graphs/:query'], /must not hold a password/],
    ['probe', ['--app.metrics-graph=http://graphs/:query'], /--app\.metrics-graph/],
    ['launch', ['--app.tls=on'], /--app\.tls: expected self-signed, not "on"/],
    ['launch', [`--app.tls.cert=${aFile}`], /--app\.tls\.cert and --app\.tls\.key belong together/],
    ['launch', [`--app.tls.key=${aFile}`], /belong together/],
    ['launch', ['--app.tls.cert=/no/such', '--app.tls.key=/no/such'], /expected a file that exists/],
    [
      'launch',
      ['--app.tls=self-signed', `--app.tls.cert=${aFile}`, `--app.tls.key=${aFile}`],
      /--app\.tls and --app\.tls\.cert exclude each other/,
    ],
    ['probe', [`--probe.tls.ca=${aFile}`], /--probe\.tls\.ca: expected a file of certificates in PEM/],
    ['probe', ['--probe.tls.fingerprint=ab:cd'], /expected a SHA-256 fingerprint .*, not "ab:cd"/],
    ['probe', [`--probe.tls.fingerprint=${'ab'.repeat(32)},`], /expected a SHA-256 fingerprint/],
    [
      'probe',
      [`--probe.tls.ca=${authority}`, `--probe.tls.fingerprint=${'ab'.repeat(32)}`],
      /--probe\.tls\.ca and --probe\.tls\.fingerprint exclude each other/,
    ],
    ['app', ['--probe.tls.ca=/a'], /unknown option --probe\.tls\.ca/],
    ['app', ['--app.host=a:4040'], /--app\.host: expected host names without port.*, not "a:4040"/],
    ['app', ['--app.host='], /--app\.host: expected host names/],
    ['app', ['--app.host=*'], /--app\.host: expected host names/],
    ['launch', ['--app.trusted-proxies=127.0.0.1'], /--app\.trusted-proxies: .*every user of this machine/],
    ['launch', ['--app.trusted-proxies=10.0.0.5,proxy'], /--app\.trusted-proxies: "proxy" is no address/],
    ['app', ['--app.auth.proxy-header=Authorization'], /expected the name of a header such as X-Remote-User/],
    ['app', ['--app.auth.proxy-header=X Remote'], /expected the name of a header/],
    ['app', ['--app.auth.proxy-role=root'], /expected viewer, operator, admin, not "root"/],
    ['demo', ['--app.trusted-proxies=10.0.0.5'], /unknown option/],
    ['probe', ['--probe.controls=container,all'], /container,host,process, or none/],
    ['probe', ['--probe.controls=host,host'], /container,host,process, or none/],
    ['probe', ['--probe.controls='], /container,host,process, or none/],
    ['probe', ['--app-key=10.0.0.5'], /HOST:PORT=KEY/],
    ['probe', ['--app-key=10.0.0.5:4040=short'], /HOST:PORT=KEY/],
    ['probe', [`--app-key=:4040=${key}`], /HOST or HOST:PORT/],
    [
      'probe',
      ['--probe.resolver=dns.example'],
      /--probe\.resolver: expected the IP address of a name server/,
    ],
    ['probe', ['--probe.resolver=10.0.0.53:0'], /expected the IP address/],
    ['probe', ['--probe.resolver=10.0.0.53:'], /expected the IP address/],
    ['app', ['--probe.controls=host'], /unknown option/],
    ['launch', ['--log.format=xml'], /--log\.format: expected text or json, not "xml"/],
    ['launch', ['--no-app', '--no-probe'], /nothing to run/],
    ['launch', ['--no-probe', 'host'], /--no-probe/],
    ['launch', ['--weave.hostname=10.0.0.5'], /--weave\.hostname: expected a name in weaveDNS/],
    ['launch', ['--weave.hostname=a b'], /--weave\.hostname: expected/],
    [
      'probe',
      ['--probe.weave.addr=https://x'],
      /--probe\.weave\.addr: expected the address of a Weave router/,
    ],
    ['probe', ['--probe.weave.addr=x:0'], /from 1 to 65535/],
    ['app', ['--probe.weave.addr=x'], /unknown option/],
    ['app', ['host'], /takes no argument, but got "host"/],
  ])('scope %s %j', (command, args, message) => {
    const parse = () => parseOptions(command, args)
    expect(parse).toThrow(UsageError)
    expect(parse).toThrow(message)
    expect(parse).not.toThrow(/\n/)
  })
})

describe('options of Weave Scope without effect here', () => {
  it('are passed over with a warning that keeps their values to itself', () => {
    const { options, peers, warnings } = parseOptions('launch', [
      '--probe.kubernetes',
      '--probe.basicAuth.password',
      's3cret',
      '-app.max-topology-nodes=5',
      'host',
    ])
    expect(options).toEqual(defaultOptions)
    expect(peers).toEqual(['http://host:4040'])
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual([
      '--probe.kubernetes',
      '--probe.basicAuth.password',
      '--app.max-topology-nodes',
    ])
    expect(warnings.join()).not.toContain('s3cret')
  })
})
