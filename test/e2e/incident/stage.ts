import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '../../support/eventually.ts'
import { openTestDocker, serveCommand, type TestDocker } from '../../support/machine/docker.ts'
import { freePort } from '../../support/machine/free-port.ts'
import { importEmptyImages, machinePrograms } from '../../support/machine/images.ts'
import { type Server, startNginxDaemon, startPostgres } from '../../support/machine/network/servers.ts'
import { type Program, startProgram } from '../../support/machine/program.ts'

const run = promisify(execFile)

/** Answers after so many seconds, and closes the connection. */
const SLOW_SERVER = `
import http.server, sys, time
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(float(sys.argv[2])); self.send_response(200); self.end_headers(); self.wfile.write(b'ok')
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(('0.0.0.0', int(sys.argv[1])), H).serve_forever()`

/** Opens sessions of PostgreSQL and holds them: the start message, then what the server says until it is ready. */
const SESSIONS = `
import socket, struct, sys
held = []
for _ in range(int(sys.argv[2])):
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
    said = b'user\\0postgres\\0database\\0postgres\\0\\0'
    s.sendall(struct.pack('!ii', len(said) + 8, 196608) + said)
    while not s.recv(65536).endswith(b'I'): pass
    held.append(s)
print('held', flush=True)
sys.stdin.read()`

/** Sends a request every so many seconds, each over a connection of its own. */
const POLLER = `
import socket, sys, time
while True:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    s.sendall(b'PING\\r\\n'); s.recv(100); s.close(); time.sleep(float(sys.argv[3]))`

const checkoutConfig = `
daemon off; worker_processes 1; user root; pid /tmp/nginx.pid; error_log stderr;
events { worker_connections 64; }
http {
  access_log off; keepalive_timeout 0;
  client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
  server { listen 80; location /stock { proxy_pass http://inventory:8000/; } location /cart { proxy_pass http://cart:8000/; } }
}`

/** How long the inventory takes to answer, in seconds: longer than a busy machine keeps anybody waiting. */
export const STOCK_SECONDS = 2.5
/** How many sessions of PostgreSQL one program holds. */
export const SESSION_COUNT = 300
/** Seconds between two calls of the poller. */
export const POLL_SECONDS = 20

/** A shop in trouble, made of real programs. */
export interface Incident {
  readonly docker: TestDocker
  /** Ids of containers by their short names. */
  readonly containers: ReadonlyMap<string, string>
  readonly postgres: Server
  /** The program that holds the sessions. */
  readonly sessions: Program
  /** A daemon: the process that began to listen has forked and ended. */
  readonly nginx: Server
  /** Where the container in the network of the host listens. */
  readonly hostPort: number
  close(): Promise<void>
}

/**
 * Sets up the incident. Checkout is slow, since the inventory takes its time; one program wants redis at a port where nobody listens,
 * another is cut off from it by a firewall; something holds 300 sessions of PostgreSQL; a container listens in the network of the host; and
 * one program calls only every 20 s.
 */
export const setUpIncident = async (): Promise<Incident> => {
  const docker = await openTestDocker()
  const dir = mkdtempSync(join(tmpdir(), 'scope-incident-'))
  const image = `${docker.prefix}tools:latest`
  const network = `${docker.prefix}shop`
  const containers = new Map<string, string>()
  const undo: (() => Promise<unknown>)[] = [
    async () => rmSync(dir, { recursive: true, force: true }),
    () => docker.docker('rmi', '--force', image),
    () => docker.close(),
  ]
  const close = async () => {
    for (const step of undo.reverse()) await step()
  }
  const start = async (name: string, command: readonly string[], more: readonly string[] = []) => {
    const id = await docker.docker(
      ...['run', '--detach', '--name', docker.prefix + name, '--network', network, '--network-alias', name],
      ...machinePrograms,
      ...['--volume', `${dir}:/conf:ro`],
      ...more,
      image,
      ...command,
    )
    containers.set(name, id)
    return id
  }
  const inspect = (name: string, format: string) =>
    docker.docker('inspect', '--format', format, docker.prefix + name)
  const again = (command: string, seconds: number) => [
    'sh',
    '-c',
    `while :; do ${command}; sleep ${seconds}; done`,
  ]

  try {
    await importEmptyImages(docker.docker, [image])
    await docker.docker('network', 'create', network)
    writeFileSync(join(dir, 'nginx.conf'), checkoutConfig)

    await start('inventory', ['python3', '-c', SLOW_SERVER, '8000', String(STOCK_SECONDS)])
    await start('cart', ['python3', '-c', SLOW_SERVER, '8000', '0'])
    await start('checkout', ['nginx', '-e', 'stderr', '-c', '/conf/nginx.conf'])
    await start('redis', ['redis-server', '--save', '', '--protected-mode', 'no', '--bind', '0.0.0.0'])

    const redisPid = await inspect('redis', '{{.State.Pid}}')
    const redisIp = await inspect('redis', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`)
    const calls = again(`curl -s -m 3.5 telnet://${redisIp}:6379 </dev/null`, 0.2).at(-1)
    await start('cut-off', ['sh', '-c', `until [ -e /conf/is-cut-off ]; do sleep 0.1; done; ${calls}`])
    const cutOffIp = await inspect('cut-off', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`)
    const rule = ['INPUT', '-s', cutOffIp, '-p', 'tcp', '--dport', '6379', '-j', 'DROP']
    const filter = (...args: string[]) =>
      run('nsenter', ['--net', '--target', redisPid, 'iptables', '-w', ...args])
    await filter('-A', ...rule)
    writeFileSync(join(dir, 'is-cut-off'), '')

    const postgres = await startPostgres([`max_connections=${SESSION_COUNT + 50}`])
    undo.push(() => postgres.end())
    const sessions = startProgram(['python3', '-c', SESSIONS, String(postgres.port), String(SESSION_COUNT)])
    undo.push(() => sessions.end())
    await sessions.ask('')

    const nginx = await startNginxDaemon()
    undo.push(() => nginx.end())

    const hostPort = await freePort()
    const onHost = await docker.run('on-host', ['--network', 'host'], serveCommand(hostPort))
    containers.set('on-host', onHost)

    await start('shopper', again('curl -s http://checkout/stock "http://checkout/cart?[1-9]"', 0.2))
    await start('wrong-port', again(`redis-cli -h redis -p 6380 ping`, 0.5))
    await start('poller', ['python3', '-c', POLLER, 'redis', '6379', String(POLL_SECONDS)])
    await eventually('all containers to run', async () => {
      const states = await docker.docker('inspect', '--format', '{{.State.Running}}', ...containers.values())
      return states.split('\n').every((state) => state === 'true')
    })
    await eventually('packets that are dropped', async () => {
      const { stdout } = await filter('-L', 'INPUT', '-v', '-x', '-n')
      return /^ *[1-9]\d* .* DROP /m.test(stdout)
    })
    return { docker, containers, postgres, sessions, nginx, hostPort, close }
  } catch (error) {
    await close()
    throw error
  }
}
