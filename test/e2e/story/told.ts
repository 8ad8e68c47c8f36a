import { converses, elsewhere, ends, goesOn, type Told } from './ways.ts'

const LAUNCHED = /Scope is running/
const STOPPED = /^stopped: /
/** Without what takes time and is of no interest. */
const LEAN = ['--no-dns', '--probe.conntrack=false']

const clones = ends('git clone <this repository> scope && cd scope', /^scope \d+\.\d+\.\d+\n/, {
  first: 'cd /run && rm -rf scope',
  // What is committed need not be what is tested: the commands that follow are those of the checkout.
  instead: {
    '<this repository>': '"$CHECKOUT"',
    'cd scope': 'cd scope && ./scope version && cd "$CHECKOUT"',
  },
})
const launches = ends('sudo ./scope launch', LAUNCHED)
const stops = ends('sudo ./scope stop', STOPPED)
/** On a busy machine the app takes seconds to answer, which status does not find well. */
const isWell = ends('sudo ./scope status', /tracing with eBPF since[\s\S]*publishes to \S+: ok/, {
  // What is judged is the very answer that was waited for: the next may be another.
  instead: {
    'sudo ./scope status':
      'tries=0; until told=$(sudo ./scope status) && echo "$told" | grep -q "publishes to .*: ok" || [ $((tries += 1)) -ge 60 ]; do sleep 1; done; echo "$told"; [ $tries -lt 60 ]',
  },
})
const examines = ends('sudo ./scope doctor', /^Connections are traced with eBPF here/m)
const shows = goesOn('./scope demo', /link {2}http:\/\/127\.0\.0\.1:4040\/#code=/, {
  code: 0,
  first: 'scope stop',
})
/** Waits until the map has that the container `web` offers a control: a command waits for that only a moment. */
const isOffered = (control: string) =>
  `for try in $(seq 60); do curl -s 'localhost:4040/api/controls?q=name=web&stopped=both' | grep -q ${control} && break; sleep 1; done`
const isThisRun = (command: string) =>
  elsewhere(command, 'package.json', 'it is what runs this test, or would run all of them within one')

const NO_SYSTEMD = 'no systemd runs where tests do; the unit is checked by systemd-analyze'
const NO_CLUSTER = 'it takes a cluster; the manifest is checked by the schemas of Kubernetes'
const RELEASE = 'test/e2e/deploy/release.test.ts'
const OF_A_RELEASE = 'it takes a release, which takes minutes to make'
const OF_THE_CHECKOUT = 'it changes the checkout, or asks that nothing is changed there since the last commit'
const MANY_HOSTS = 'test/e2e/hosts/many-hosts-doc.test.ts'
const manyHosts = (command: string) => elsewhere(command, MANY_HOSTS, 'it takes several machines')

/** The commands of each document, in its order. `Commands that are told` fails when one is missing here, or is told no more. */
export const told: Readonly<Record<string, readonly Told[]>> = {
  'README.md': [
    clones,
    ends('sudo ./scope launch', LAUNCHED, { opensLink: true }),
    isWell,
    examines,
    stops,
    shows,
    ends('sudo ./scope exec web-1 -- ps aux', /^USER +PID/, { beside: LEAN }),
    goesOn("sudo ./scope logs 'image:nginx' -f", /\[web\][^\n]*served/),
    converses("sudo ./scope restart --all 'label.tier:web'", [[/\? \[y\/N\]/, 'y\r']]),
    isThisRun('npm test'),
    elsewhere('npm run check', '.ci/run', 'it takes minutes, and needs nothing of a machine that runs Scope'),
    goesOn('npm run dev', /VITE[\s\S]*the app takes reports/),
    ends('npm run bench', /benchmarks: /, { code: 2 }),
  ],
  'docs/getting-started.md': [
    clones,
    shows,
    launches,
    examines,
    ends('curl -s localhost:4040/api/topology/processes-by-name', /^\{"nodes":\{"/),
    ends("curl -s 'localhost:4040/api/ports?q=reachable:yes%20used:never'", /^\{"ports":\[/),
    ends("curl -s 'localhost:4040/api/events?limit=20'", /"kind":"probe-joined"/),
    ends('sudo ./scope logs web', /served/),
    ends('sudo ./scope exec web -- ps', /PID/),
    ends('sudo ln -s "$PWD/scope" /usr/local/bin/scope', /^scope \d/, {
      instead: { '/bin/scope': '/bin/scope && cd / && scope version' },
    }),
    isWell,
    stops,
    ends('git pull', /Already up to date/, { first: 'cd /run/scope' }),
    launches,
    stops,
    ends('sudo rm -r /var/lib/scope', /^gone\n$/, {
      instead: { '/lib/scope': '/lib/scope && ls /var/lib/scope 2>/dev/null || echo gone' },
    }),
  ],
  'docs/requirements.md': [examines],
  'docs/many-hosts.md': [
    manyHosts('sudo ./scope launch'),
    manyHosts('sudo ./scope launch --probe-only one'),
    manyHosts('sudo ./scope token --join'),
    manyHosts('sudo ./scope shell two'),
    manyHosts("sudo ./scope launch one 192.168.0.13:4030 'http://[fd00::13]:4030'"),
    manyHosts('sudo ./scope launch --discover=mdns'),
    manyHosts('sudo ./scope launch --probe-only --discover=mdns'),
    manyHosts('sudo ./scope status'),
  ],
  'docs/weave.md': [
    elsewhere(
      'sudo ./scope launch',
      'test/probe/targets/weave/two-hosts.test.ts',
      'it takes two machines of a Weave network',
    ),
  ],
  'docs/docker.md': [
    ends('sudo install scope /usr/local/bin/scope', /^scope \d/, {
      first: 'rm -f /usr/local/bin/scope',
      instead: { '/bin/scope': '/bin/scope && cd / && /usr/local/bin/scope version' },
    }),
    elsewhere('sudo scope launch', 'test/e2e/docker/launcher.test.ts', 'it takes an image of Scope'),
  ],
  'docs/deploying.md': [
    elsewhere(
      'docker compose --file tools/deploy/compose.yaml up --detach',
      'test/tools/deploy/compose.test.ts',
      'Compose is in few distributions; the file is checked by its schema',
    ),
    elsewhere(
      'docker exec scope scope token --link',
      'test/e2e/image/build.test.ts',
      'it takes an image of Scope, with the name that the file gives to its container',
    ),
    ends('sudo useradd --system --shell /usr/sbin/nologin scope', /uid=\d+\(scope\)/, {
      first: 'userdel scope 2>/dev/null || true',
      instead: { 'nologin scope': 'nologin scope && id scope' },
    }),
    ends(
      'sudo install --mode=644 /opt/scope/tools/deploy/systemd/scope.service /etc/systemd/system/',
      /^ExecStart=/m,
      {
        first: 'mkdir -p /etc/systemd/system',
        instead: {
          '/opt/scope': '"$CHECKOUT"',
          '/system/': '/system/ && cat /etc/systemd/system/scope.service',
        },
      },
    ),
    elsewhere('sudo systemctl daemon-reload', 'test/tools/deploy/systemd.test.ts', NO_SYSTEMD),
    elsewhere('sudo systemctl enable --now scope', 'test/tools/deploy/systemd.test.ts', NO_SYSTEMD),
    ends('sudo /opt/scope/scope token --link', /#code=/, { instead: { '/opt/scope/': '"$CHECKOUT"/' } }),
    elsewhere('kubectl create namespace scope', 'test/tools/deploy/kubernetes.test.ts', NO_CLUSTER),
    ends("openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\\n' >cluster.key", /^[\w-]{43}$/, {
      first: 'cd /run',
      instead: { '>cluster.key': '>cluster.key && cat cluster.key' },
    }),
    elsewhere(
      'kubectl --namespace scope create secret generic scope-cluster --from-file=cluster.key',
      'test/tools/deploy/kubernetes.test.ts',
      NO_CLUSTER,
    ),
    ends('rm cluster.key', /^$/, { first: 'cd /run' }),
    elsewhere(
      "sed 's|image: scope:|image: registry.example.com/scope:|' tools/deploy/kubernetes.yaml | kubectl apply --filename -",
      'test/tools/deploy/kubernetes.test.ts',
      NO_CLUSTER,
    ),
    elsewhere(
      'kubectl --namespace scope get pods --output wide',
      'test/tools/deploy/kubernetes.test.ts',
      NO_CLUSTER,
    ),
    elsewhere(
      'kubectl --namespace scope port-forward service/scope 4040',
      'test/tools/deploy/kubernetes.test.ts',
      NO_CLUSTER,
    ),
    elsewhere(
      'kubectl --namespace scope exec deployment/scope-app -- scope token --link',
      'test/tools/deploy/kubernetes.test.ts',
      NO_CLUSTER,
    ),
    elsewhere('sha256sum --check --ignore-missing SHA256SUMS', RELEASE, OF_A_RELEASE),
    elsewhere('docker load --input scope-0.1.0-image-x86_64.tar.gz', RELEASE, OF_A_RELEASE),
    elsewhere(
      'sudo tar --extract --gzip --file scope-0.1.0-linux-x86_64.tar.gz --directory /opt',
      RELEASE,
      OF_A_RELEASE,
    ),
    elsewhere('sudo ln --symbolic --no-dereference --force scope-0.1.0 /opt/scope', RELEASE, OF_A_RELEASE),
    elsewhere('sudo /opt/scope/scope launch --native', RELEASE, OF_A_RELEASE),
  ],
  'docs/hosted-service.md': [
    ends(
      'sudo ./scope launch --service-url=https://scope.example.com --service-token-file=/etc/scope/service-token',
      LAUNCHED,
      {
        first: 'mkdir -p /etc/scope && echo s3cret >/etc/scope/service-token && scope stop',
      },
    ),
    ends(
      'sudo ./scope launch --service-url=https://scope.example.com --service-token-file=/etc/scope/service-token --probe.controls=none',
      LAUNCHED,
      { first: 'scope stop' },
    ),
  ],
  'docs/api.md': [
    ends('curl -s localhost:4040/api/topology/containers', /"label":"web-1"/, { beside: LEAN }),
    ends(
      'curl -s -H "Authorization: Bearer $(sudo ./scope token)" https://machine:4040/api/probes',
      /"hostname":"machine"/,
      {
        beside: [...LEAN, '--app.tls=self-signed'],
      },
    ),
    converses(
      'curl -s -u anna https://machine:4040/api/probes',
      [[/password for user 'anna':/, 'correct horse battery\r']],
      {
        first: "echo 'correct horse battery' | scope user add anna >/dev/null",
      },
    ),
    ends("curl -s 'localhost:4040/api/events?kind=edge-failing,gone&limit=20'", /"events":\[/, {
      beside: LEAN,
    }),
    ends("curl -s 'localhost:4040/api/ports?q=reachable:yes%20used:never'", /^\{"ports":\[/),
    ends("curl -s 'localhost:4040/api/ports?q=listen:8080'", /"port":8080/),
  ],
  'docs/controls.md': [
    ends("curl -s 'localhost:4040/api/controls?q=image:nginx'", /"docker_stop_container"/, { beside: LEAN }),
    ends('token=$(sudo ./scope token)', /^$/),
    ends(
      "probe=$(curl -s 'localhost:4040/api/controls?q=name=web' | jq -r '.nodes[0].controls[0].probeId')",
      /^$/,
    ),
    ends(
      "node=$(curl -s 'localhost:4040/api/controls?q=name=web' | jq -r '.nodes[0].controls[0].nodeId | @uri')",
      /^$/,
    ),
    ends(
      'curl -s -X POST -H "Authorization: Bearer $token" "localhost:4040/api/control/$probe/$node/docker_stop_container"',
      /^\{\}\s*$/,
    ),
    ends(
      `curl -s -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{"signal":"HUP"}' \\
  "localhost:4040/api/control/$probe/$node/docker_kill_container"`,
      /^\{\}\s*$/,
      {
        first: `${isOffered('docker_start_container')} && scope start web && ${isOffered('docker_kill_container')}`,
      },
    ),
    ends(
      'pipe=$(curl -s -X POST -H "Authorization: Bearer $token" "localhost:4040/api/control/$probe/$node/docker_exec_container" | jq -r .pipe)',
      /^$/,
    ),
    converses('websocat -b -H "Authorization: Bearer $token" "ws://localhost:4040/api/pipe/$pipe"', [
      [/[#$] $/, 'exit\r'],
    ]),
    goesOn('scope logs -f image:nginx', /\[web\][^\n]*served/),
    ends('scope exec web -- nginx -t', /test is successful/),
    converses('scope exec web', [
      [/[#$] $/, 'echo "in $((6 * 7))"\r'],
      [/in 42/, 'exit\r'],
    ]),
    ends('tar c . | scope exec web -- tar x -C /srv', /^$/, { first: 'cd /run/bin' }),
    converses('scope restart project:shop --all', [[/\? \[y\/N\]/, 'y\r']]),
    ends('scope stop web --yes --json', /"ok": ?true/, { first: isOffered('docker_stop_container') }),
  ],
  'docs/security.md': [
    ends(
      'scope launch --app.trusted-proxies=10.0.0.5,fd00::/8,user:www-data --app.host=scope.example.com',
      LAUNCHED,
      {
        first: 'scope stop',
      },
    ),
    ends('scope launch --app.tls=self-signed', /https:\/\/localhost:4040/, { first: 'scope stop' }),
    ends(
      'scope launch --app.tls.cert=/etc/ssl/scope/fullchain.pem --app.tls.key=/etc/ssl/scope/privkey.pem',
      /https:\/\/localhost:4040/,
      { first: 'scope stop' },
    ),
    ends('previous=', /^$/, { first: 'cd /var/lib/scope/app' }),
    ends(
      `cat $(ls -r audit.log*) | while IFS= read -r line; do
  case $line in *"\\"previous\\":\\"$previous"*) ;; *) echo "broken before: $line" ;; esac
  previous=$(printf %s "$line" | sha256sum | cut -d' ' -f1)
done`,
      /^$/,
      { first: 'cd /var/lib/scope/app' },
    ),
  ],
  'CONTRIBUTING.md': [
    isThisRun('npm test'),
    isThisRun('npm test -- --project unit test/cli'),
    elsewhere('npm run check', '.ci/run', 'it takes minutes, and needs nothing of a machine that runs Scope'),
    goesOn('npm run dev', /VITE[\s\S]*the app takes reports/),
    isThisRun('.ci/run'),
    elsewhere('npm run soak', 'test/e2e/hosts/soak.test.ts', 'it takes ten minutes'),
    elsewhere(
      'npm run soak -- --simulated=100',
      'test/e2e/hosts/soak-simulation.test.ts',
      'it takes ten minutes',
    ),
    elsewhere(
      'npm run bench -- idle --windows=60',
      'test/tools/bench/idle/results.test.ts',
      'it takes an hour',
    ),
    elsewhere('npm run bench -- app --standard', 'test/tools/bench/app/plan.test.ts', 'it takes an hour'),
    elsewhere('npm run bench -- web', 'test/tools/bench/web/world.test.ts', 'it takes minutes, and measures'),
    elsewhere('npm run bench -- web --churn', 'test/tools/bench/web/churn/trend.test.ts', 'it takes an hour'),
    elsewhere(
      'tools/build-bpf',
      'tools/check',
      'it would write the object anew, in the midst of tests that load it',
    ),
    elsewhere(
      'tools/node tools/picture.ts',
      'tools/picture.ts',
      'it would write the picture anew, which somebody has to look at',
    ),
    elsewhere(
      'tools/record-report',
      'tools/record-report',
      'it would write fixtures anew, in the midst of tests that read them',
    ),
    elsewhere(
      'tools/record-graphs',
      'tools/record-graphs',
      'it would write fixtures anew, in the midst of tests that read them',
    ),
    ends('tools/sanitise-report FILE', /"reports"|"hosts"|\{/, {
      beside: LEAN,
      first: 'curl -s localhost:4040/api/report >/run/report.json',
      instead: { FILE: '/run/report.json' },
    }),
    elsewhere('tools/release --prepare=0.2.0', 'test/tools/releases/versions.test.ts', OF_THE_CHECKOUT),
    elsewhere(
      "git commit --all --message 'Version 0.2.0'",
      'test/tools/releases/readiness.test.ts',
      OF_THE_CHECKOUT,
    ),
    elsewhere('tools/release --dry-run', RELEASE, OF_THE_CHECKOUT),
    elsewhere('tools/release', RELEASE, OF_A_RELEASE),
    elsewhere('git tag v0.2.0', 'test/tools/releases/readiness.test.ts', OF_THE_CHECKOUT),
  ],
}
