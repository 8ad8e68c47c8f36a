import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../eventually.ts'
import { freePort } from '../free-port.ts'
import { startProgram } from '../program.ts'
import { listens } from './servers.ts'

/** A reverse proxy that listens on loopback. */
export interface Proxy {
  readonly url: string
  end(): Promise<void>
}

const start = async (
  name: string,
  configuration: (dir: string, port: number) => string,
  command: (dir: string, config: string) => readonly string[],
  stop: NodeJS.Signals,
): Promise<Proxy> => {
  const dir = mkdtempSync(join(tmpdir(), `scope-${name}-`))
  const port = await freePort()
  const config = join(dir, `${name}.conf`)
  writeFileSync(config, configuration(dir, port))
  const program = startProgram(command(dir, config), { quiet: true })
  await eventually(name, () => listens(program.pid, port))
  return {
    url: `http://127.0.0.1:${port}`,
    async end() {
      await program.kill(stop)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/**
 * nginx in front of a server.
 *
 * @param user whose its workers are
 * @param directives what its `location` has besides `proxy_pass`
 */
export const startNginxProxy = (upstream: string, user: string, directives = ''): Promise<Proxy> =>
  start(
    'nginx',
    (dir, port) =>
      `daemon off; user ${user}; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log; events {}
       http { access_log off; client_body_temp_path ${dir}/b; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f;
         uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
         server { listen 127.0.0.1:${port}; location / { proxy_pass ${upstream}; ${directives} } } }`,
    (dir, config) => ['nginx', '-e', join(dir, 'error.log'), '-c', config],
    'SIGQUIT',
  )

/** HAProxy in front of a server, as the user `haproxy`. @param mode whether it understands HTTP or passes on bytes */
export const startHaproxy = (upstream: string, mode: 'http' | 'tcp'): Promise<Proxy> =>
  start(
    'haproxy',
    (_dir, port) =>
      `global
  user haproxy
  group haproxy
defaults
  mode ${mode}
  timeout connect 10s
  timeout client 30s
  timeout server 30s
listen scope
  bind 127.0.0.1:${port}
  server scope ${new URL(upstream).host}
`,
    (_dir, config) => ['haproxy', '-db', '-f', config],
    'SIGUSR1',
  )
