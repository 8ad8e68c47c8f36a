import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../eventually.ts'
import { note, startOf } from '../../run/run.ts'
import { freePort } from '../free-port.ts'
import { type Program, startProgram } from '../program.ts'

/** A real server program that listens on a loopback port. */
export interface Server {
  readonly pid: number
  readonly port: number
  end(): Promise<void>
}

/** A server that makes its files first takes long on a busy machine. */
const START_LIMIT_MS = 60_000

const inTempDir = (name: string): { readonly dir: string; remove(): void } => {
  const dir = mkdtempSync(join(tmpdir(), `scope-${name}-`))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** Whether anybody listens on a loopback port while a program runs. */
export const listens = (pid: number, port: number): boolean =>
  execFileSync('ss', ['-Hltn', `sport = :${port}`], { encoding: 'utf8' }).trim() !== '' && pid > 0

const NGINX_WORKERS = 2

const nginxConfig = (dir: string, port: number, daemon: boolean): string => {
  const config = join(dir, 'nginx.conf')
  writeFileSync(
    config,
    `daemon ${daemon ? 'on' : 'off'}; worker_processes ${NGINX_WORKERS}; pid ${dir}/pid; error_log ${dir}/error.log;
     events { worker_connections 256; accept_mutex off; }
     http { access_log off; client_body_temp_path ${dir}/b; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f;
       uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s; keepalive_timeout 300;
       server { listen 127.0.0.1:${port}; location / { return 200 "pid=$pid;"; } } }`,
  )
  return config
}

/** nginx with two workers, which answers with the pid of the worker that served. */
export const startNginx = async (): Promise<Server> => {
  const { dir, remove } = inTempDir('nginx')
  const port = await freePort()
  const config = nginxConfig(dir, port, false)
  const nginx = startProgram(['nginx', '-e', join(dir, 'error.log'), '-c', config])
  await eventually('nginx', () => listens(nginx.pid, port))
  const end = async () => {
    await nginx.kill('SIGQUIT')
    remove()
  }
  return { pid: nginx.pid, port, end }
}

/**
 * nginx as a daemon: the process that began to listen has forked and exited, and `pid` is the child that holds its
 * sockets.
 */
export const startNginxDaemon = async (): Promise<Server> => {
  const { dir, remove } = inTempDir('nginx')
  const port = await freePort()
  execFileSync('nginx', ['-e', join(dir, 'error.log'), '-c', nginxConfig(dir, port, true)], {
    stdio: 'ignore',
  })
  const pid = await eventually('nginx', () => Number(readFileSync(join(dir, 'pid'), 'utf8')) || undefined)
  note(pid)
  await eventually('the workers of nginx', () => holdersOf(port).length === 1 + NGINX_WORKERS)
  const end = async () => {
    for (const holder of holdersOf(port)) {
      try {
        process.kill(holder, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    await eventually('the end of nginx', () => holdersOf(port).length === 0)
    remove()
  }
  return { pid, port, end }
}

/** Pids begin anew at some time; of two that started in the same tick, the one with the greater pid is later. */
const byStart = (a: number, b: number): number => (startOf(a) ?? 0) - (startOf(b) ?? 0) || a - b

/** The processes that hold the socket listening on a port, as `ss` tells; the one that started first comes first. */
export const holdersOf = (port: number): readonly number[] => {
  const told = execFileSync('ss', ['-Hltnp', `sport = :${port}`], { encoding: 'utf8' })
  return [...told.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)).sort(byStart)
}

const postgresDir = (): string => {
  const root = '/usr/lib/postgresql'
  const [version] = existsSync(root) ? readdirSync(root).sort().reverse() : []
  if (version === undefined) throw new Error(`no PostgreSQL under ${root}`)
  return join(root, version, 'bin')
}

/**
 * PostgreSQL with a database of its own, that trusts whoever connects over loopback.
 *
 * @param settings of the server, as `NAME=VALUE`
 */
export const startPostgres = async (
  settings: readonly string[] = [],
): Promise<Server & { psql(): Program }> => {
  const bin = postgresDir()
  const { dir, remove } = inTempDir('postgres')
  chmodSync(dir, 0o755)
  const data = join(dir, 'data')
  const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
  execFileSync('install', ['-d', '-o', 'postgres', '-g', 'postgres', data])
  const [file = '', ...initdb] = [...asPostgres, `${bin}/initdb`, '--auth=trust', '--no-sync', '-D', data]
  execFileSync(file, initdb, { stdio: 'ignore', cwd: '/' })
  const port = await freePort()
  const named = settings.flatMap((setting) => ['-c', setting])
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-F', ...named]
  const postgres = startProgram([...asPostgres, `${bin}/postgres`, ...options], { quiet: true })
  const psql = () =>
    startProgram([`${bin}/psql`, '-AtX', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'])
  await eventually(
    'PostgreSQL',
    async () => {
      const client = startProgram(
        [`${bin}/psql`, '-AtX', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'postgres', '-c', 'select 1'],
        { quiet: true },
      )
      return (await client.ask('')) === '1'
    },
    START_LIMIT_MS,
  )
  const end = async () => {
    await postgres.kill('SIGINT')
    remove()
  }
  return { pid: postgres.pid, port, psql, end }
}

/** redis that saves nothing. */
export const startRedis = async (): Promise<Server> => {
  const port = await freePort()
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const redis = startProgram(['redis-server', ...options])
  await eventually('redis', () => listens(redis.pid, port))
  return { pid: redis.pid, port, end: () => redis.kill() }
}

/**
 * Servers in Python that differ in how they serve connections. Each prints its port, and answers the first bytes with
 * the serving pid.
 */
const PYTHON = {
  threads: `
import os, socketserver
class H(socketserver.BaseRequestHandler):
    def handle(self):
        while d := self.request.recv(65536): self.request.sendall(b'pid=%d;' % os.getpid())
s = socketserver.ThreadingTCPServer(('127.0.0.1', 0), H); s.daemon_threads = True
print(s.server_address[1], flush=True); s.serve_forever()`,
  pool: `
import os, socket, queue, threading
q = queue.Queue()
def work():
    while True:
        c = q.get()
        while d := c.recv(65536): c.sendall(b'pid=%d;' % os.getpid())
        c.close()
for _ in range(4): threading.Thread(target=work, daemon=True).start()
s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)
while True: q.put(s.accept()[0])`,
  asyncio: `
import asyncio, os
async def handle(r, w):
    while await r.read(65536): w.write(b'pid=%d;' % os.getpid()); await w.drain()
    w.close()
async def main():
    s = await asyncio.start_server(handle, '127.0.0.1', 0)
    print(s.sockets[0].getsockname()[1], flush=True); await s.serve_forever()
asyncio.run(main())`,
  fork: `
import os, socketserver
class H(socketserver.BaseRequestHandler):
    def handle(self):
        while d := self.request.recv(65536): self.request.sendall(b'pid=%d;' % os.getpid())
s = socketserver.ForkingTCPServer(('127.0.0.1', 0), H)
print(s.server_address[1], flush=True); s.serve_forever()`,
  passed: `
import os, socket
ours, theirs = socket.socketpair()
if os.fork() == 0:
    ours.close()
    while True:
        _, fds, _, _ = socket.recv_fds(theirs, 1, 1)
        if not fds: os._exit(0)
        c = socket.socket(fileno=fds[0])
        while d := c.recv(65536): c.sendall(b'pid=%d;' % os.getpid())
        c.close()
theirs.close(); s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)
while True:
    c = s.accept()[0]; socket.send_fds(ours, [b'x'], [c.fileno()]); c.close()`,
  backlog: `
import socket, sys
s = socket.create_server(('127.0.0.1', 0), backlog=16); print(s.getsockname()[1], flush=True)
held = []
for line in sys.stdin:
    if held: held.pop().close(); print('closed', flush=True)
    else: held.append(s.accept()[0]); print('accepted', flush=True)`,
} as const

/**
 * A server in Python.
 *
 * @param how threads, a pool of them, asyncio, a child per connection, a child that is passed descriptors, a line
 * accepts, the next one closes
 */
export const startPython = async (
  how: keyof typeof PYTHON,
): Promise<Server & { readonly program: Program }> => {
  const program = startProgram(['python3', '-c', PYTHON[how]])
  const port = Number(await program.ask(''))
  return { pid: program.pid, port, program, end: () => program.kill() }
}

/** inetd style: busybox accepts, forks and runs `cat` on the connection. */
export const startInetd = async (): Promise<Server> => {
  const port = await freePort()
  const program = startProgram([
    ...['busybox', 'nc', '-ll', '-p', String(port), '-e'],
    ...['/bin/busybox', 'cat'],
  ])
  await eventually('busybox nc', () => listens(program.pid, port))
  return { pid: program.pid, port, end: () => program.kill() }
}
