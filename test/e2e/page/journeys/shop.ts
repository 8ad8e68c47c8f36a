import { execFileSync } from 'node:child_process'
import { eventually } from '../../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { importEmptyImages, machinePrograms } from '../../../support/machine/images.ts'

/** What the queue holds, so that it can be seen among all that uses memory. */
export const HELD_BYTES = 64 * 1024 * 1024

/** A project of Compose, made of real programs: a shopper asks the web, which asks the api; two workers hold a connection to the queue. */
export interface Shop {
  readonly docker: TestDocker
  /** Name of the project. */
  readonly project: string
  /** Whole name of a container, an image or the network. */
  name(short: string): string
  /** Begins a container more, that does nothing. */
  startNewcomer(): Promise<unknown>
  /** The shopper asks for something so many times, each time over a connection of its own. */
  ask(times: number): Promise<void>
  /** How often the shopper has asked. */
  asked(): number
  /** What Docker tells of the project’s containers that run, sorted: their names. */
  running(...filter: readonly string[]): Promise<readonly string[]>
  /** What Docker tells of a container. */
  inspect(short: string, format: string): Promise<string>
  /** Sockets in the network of a container, by ss. */
  sockets(short: string, ...args: readonly string[]): Promise<readonly string[]>
  close(): Promise<void>
}

/** A shell command that writes a configuration of nginx and becomes that. */
const nginx = (port: number, answer: string) => `echo 'daemon off; worker_processes 1; user root;
  pid /tmp/pid; error_log stderr; events { worker_connections 64; } http { access_log off; keepalive_timeout 0;
  client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u;
  scgi_temp_path /tmp/s; server { listen ${port}; location / { ${answer} } } }' >/tmp/conf
  exec nginx -e stderr -c /tmp/conf`
const sleep = 'exec sleep 100000'

/** Starts the shop, and waits until all of it serves. */
export const openShop = async (): Promise<Shop> => {
  const docker = await openTestDocker()
  const name = (short: string): string => docker.prefix + short
  const project = name('shop')
  const images = ['nginx', 'redis', 'tools'].map((image) => `${name(image)}:1`)
  let asked = 0
  const start = (short: string, image: string, command: string, service = short) =>
    docker.docker(
      ...['run', '--detach', '--stop-timeout', '1', '--name', name(short), ...machinePrograms],
      ...['--network', name('net'), '--network-alias', short],
      ...['--label', `com.docker.compose.project=${project}`],
      ...['--label', `com.docker.compose.service=${service}`],
      ...[`${name(image)}:1`, 'sh', '-c', command],
    )
  const inspect = (short: string, format: string) => docker.docker('inspect', '--format', format, name(short))
  const exec = (short: string, ...command: readonly string[]) =>
    docker.docker('exec', name(short), ...command)
  const sockets = async (short: string, ...args: readonly string[]) => {
    const enter = ['--net', '--target', await inspect(short, '{{.State.Pid}}')]
    const told = execFileSync('nsenter', [...enter, 'ss', '-Htn', ...args], { encoding: 'utf8' })
    return told.split('\n').filter(Boolean)
  }
  const ask = async (times: number) => {
    await exec('shopper', 'curl', '-sf', `http://web/[1-${times}]`)
    asked += times
  }
  const listens = (short: string, port: number) =>
    eventually(`${short} to listen`, async () => (await sockets(short, '-l', `sport = :${port}`)).length > 0)
  const subscribe = 'until redis-cli -h queue subscribe jobs; do sleep 0.2; done'
  const close = async () => {
    await docker.close()
    await docker.docker('rmi', '--force', ...images)
  }

  try {
    await importEmptyImages(docker.docker, images)
    await docker.docker('network', 'create', name('net'))
    await Promise.all([
      start('api', 'nginx', nginx(8080, 'return 200 ok;')),
      start('queue', 'redis', "exec redis-server --save '' --protected-mode no --bind 0.0.0.0"),
      start('docs', 'tools', 'echo docs >/tmp/index.html; exec busybox httpd -f -p 8000 -h /tmp'),
      start('shopper', 'tools', sleep),
    ])
    // It looks up the api once, when it starts.
    await start('web', 'nginx', nginx(80, 'proxy_pass http://api:8080/;'))
    await Promise.all([
      listens('api', 8080),
      listens('web', 80),
      listens('queue', 6379),
      listens('docs', 8000),
    ])
    await Promise.all([
      start('worker-1', 'redis', subscribe, 'worker'),
      start('worker-2', 'redis', subscribe, 'worker'),
      exec('queue', 'redis-cli', 'setrange', 'held', String(HELD_BYTES - 1), 'x'),
      exec('shopper', 'curl', '-sf', 'http://docs:8000/'),
      ask(3),
    ])
  } catch (error) {
    await close()
    throw error
  }
  return {
    ...{ docker, project, name, inspect, sockets, ask, close },
    startNewcomer: () => start('newcomer', 'tools', sleep),
    asked: () => asked,
    async running(...filter) {
      const ofProject = ['--filter', `label=com.docker.compose.project=${project}`]
      return (await docker.docker('ps', ...ofProject, ...filter, '--format', '{{.Names}}')).split('\n').sort()
    },
  }
}
