import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestDocker } from '../../../test/support/machine/docker.ts'
import { importEmptyImages, machinePrograms } from '../../../test/support/machine/images.ts'
import { runInUnit, type UnitProcess } from './units.ts'

/** Containers and programs that talk to each other until they are taken away. */
export interface Stage {
  /** What the names of all containers and networks begin with. */
  readonly prefix: string
  /** Names of the units of systemd in which programs of the host run. */
  readonly units: readonly string[]
  close(): Promise<void>
}

const NGINX = 'scope-record/nginx:1.22'
const REDIS = 'registry.example:5000/scope-record/redis:7.0'
const TOOLS = 'scope-record/tools:latest'

const compose = (project: string, service: string, number: number) => [
  `com.docker.compose.project=${project}`,
  `com.docker.compose.service=${service}`,
  `com.docker.compose.container-number=${number}`,
  `com.docker.compose.project.working_dir=/srv/${project}`,
]
const swarm = (stack: string, service: string, task: number) => [
  `com.docker.stack.namespace=${stack}`,
  `com.docker.swarm.service.id=${service.padEnd(25, '0').replace(/\W/g, '0')}`,
  `com.docker.swarm.service.name=${stack}_${service}`,
  `com.docker.swarm.task.name=${stack}_${service}.${task}`,
]

const nginxConfig = (listen: string, location: string) => `
daemon off; worker_processes 2; user root; pid /tmp/nginx.pid; error_log stderr;
events { worker_connections 64; }
http {
  access_log off; keepalive_timeout 60;
  client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
  ${location.includes('upstream') ? location : `server { listen ${listen}; location / { ${location} } }`}
}`

const proxyTo = (listen: string, target: string) => `upstream target { server ${target}; keepalive 4; }
  server { listen ${listen}; location / { proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection ""; } }`

/** A command forever, every so often. */
const again = (command: string, seconds = '0.3') => [
  'sh',
  '-c',
  `while :; do ${command}; sleep ${seconds}; done`,
]

/**
 * Sets up two projects of Compose, a stack of Swarm and more, with real nginx and redis: containers on one and on two networks
 * and on the host's, published, paused, stopped, never started, of the system; clients that stay, that come and go, and that
 * fail; programs of the host in units of systemd. Nothing is loaded from anywhere.
 */
export const setUpShop = async (): Promise<Stage> => {
  const docker = await openTestDocker()
  const { prefix } = docker
  const dir = mkdtempSync(join(tmpdir(), 'scope-record-'))
  const units: UnitProcess[] = []
  const close = async () => {
    for (const unit of units.reverse()) await unit.stop()
    await docker.close()
    await docker.docker('rmi', '--force', NGINX, REDIS, TOOLS)
    rmSync(dir, { recursive: true, force: true })
  }
  const run = (
    name: string,
    image: string,
    labels: readonly string[],
    command: readonly string[],
    more: readonly string[] = [],
    verb: 'run' | 'create' = 'run',
  ) =>
    docker.docker(
      verb,
      ...(verb === 'run' ? ['--detach'] : []),
      '--name',
      prefix + name,
      ...labels.flatMap((label) => ['--label', label]),
      ...machinePrograms,
      '--volume',
      `${dir}:/conf:ro`,
      ...more,
      image,
      ...command,
    )
  const on = (network: string, alias?: string) => [
    '--network',
    `${prefix}${network}`,
    ...(alias === undefined ? [] : ['--network-alias', alias]),
  ]
  const config = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const redis = ['redis-server', '--save', '', '--protected-mode', 'no', '--bind', '0.0.0.0']
  const nginx = (name: string) => ['nginx', '-e', 'stderr', '-c', `/conf/${name}`]

  try {
    await importEmptyImages(docker.docker, [NGINX, REDIS, TOOLS])
    for (const network of ['front', 'back', 'bank', 'jobs'])
      await docker.docker('network', 'create', prefix + network)

    config('api', nginxConfig('3000', 'return 200 "hello";'))
    config('web', nginxConfig('80', proxyTo('80', 'api:3000')))
    await run('shop-cache-1', REDIS, compose('shop', 'cache', 1), redis, on('back', 'cache'))
    await run('shop-api-1', NGINX, compose('shop', 'api', 1), nginx('api'), [
      ...on('back', 'api'),
      '--hostname',
      'api.shop.test',
    ])
    for (const number of [1, 2]) {
      const name = `shop-web-${number}`
      await run(name, NGINX, [...compose('shop', 'web', number), 'tier=front'], nginx('web'), [
        ...on('back'),
        ...(number === 1 ? ['--publish', '127.0.0.1:0:80'] : []),
      ])
      await docker.docker('network', 'connect', '--alias', 'web', `${prefix}front`, prefix + name)
    }
    await run(
      'shop-worker-1',
      TOOLS,
      compose('shop', 'worker', 1),
      ['redis-cli', '-h', 'cache', '-r', '-1', '-i', '0.2', 'incr', 'orders'],
      on('back'),
    )
    await run(
      'shop-load-1',
      TOOLS,
      compose('shop', 'load', 1),
      again('curl -s http://web/ > /dev/null'),
      on('front'),
    )
    await run('shop-mail-1', TOOLS, compose('shop', 'mail', 1), ['sleep', '100000'], on('back'))
    await docker.docker('pause', `${prefix}shop-mail-1`)
    await run('shop-migrate-1', TOOLS, compose('shop', 'migrate', 1), ['sh', '-c', 'exit 3'], on('back'))
    await run('shop-backup-1', TOOLS, compose('shop', 'backup', 1), ['true'], on('back'), 'create')

    await run('bank-db-1', REDIS, compose('bank', 'db', 1), redis, on('bank', 'db'))
    await run(
      'bank-app-1',
      TOOLS,
      compose('bank', 'app', 1),
      again('redis-cli -h db -r 10 -i 0.2 ping'),
      on('bank'),
    )
    await run(
      'bank-broken-1',
      TOOLS,
      compose('bank', 'broken', 1),
      again('redis-cli -h db -p 6380 ping'),
      on('bank'),
    )

    await run('jobs_store.1', REDIS, swarm('jobs', 'store', 1), redis, on('jobs', 'store'))
    for (const task of [1, 2])
      await run(
        `jobs_runner.${task}`,
        TOOLS,
        swarm('jobs', 'runner', task),
        ['redis-cli', '-h', 'store', '-r', '-1', '-i', '0.5', 'ping'],
        on('jobs'),
      )

    // Nobody is there: one address of the Internet, one that might be of a network nearby.
    const webhook = again('curl -s -m 2 http://203.0.113.7/; curl -s -m 2 http://10.99.99.99/')
    await run('shop-webhook-1', TOOLS, compose('shop', 'webhook', 1), webhook, on('back'))

    await run('lone', TOOLS, [], ['sleep', '100000'])
    await run('agent', TOOLS, ['io.scope.role=system'], ['sleep', '100000'], ['--network', 'host'])

    const [published = ''] = (await docker.docker('port', `${prefix}shop-web-1`, '80')).split('\n')
    const address = (name: string, network: string) =>
      docker.docker(
        'inspect',
        '--format',
        `{{(index .NetworkSettings.Networks "${prefix}${network}").IPAddress}}`,
        prefix + name,
      )
    const door = config('door', nginxConfig('127.0.0.1:8089', proxyTo('127.0.0.1:8089', published)))
    units.push(
      runInUnit('system.slice/nginx.service', ['nginx', '-e', 'stderr', '-c', door]),
      runInUnit('system.slice/monitor.service', again('curl -s http://127.0.0.1:8089/ > /dev/null')),
      runInUnit('user.slice/user-1000.slice/session-4.scope', [
        ...['redis-cli', '-h', await address('bank-db-1', 'bank'), '-r', '-1', '-i', '0.5', 'ping'],
      ]),
      runInUnit('system.slice/cron.service', ['sleep', '100000']),
    )
    return {
      prefix,
      units: ['nginx.service', 'monitor.service', 'session-4.scope', 'cron.service'],
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
