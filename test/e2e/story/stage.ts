import { isDeepStrictEqual } from 'node:util'
import { checkout } from '../../../src/checkout.ts'
import { eventually } from '../../support/eventually.ts'
import { makeAuthority } from '../../support/machine/certificates.ts'
import { dockerOn } from '../../support/machine/hosts/docker-on.ts'
import { type Host, startHost } from '../../support/machine/hosts/host.ts'
import { type ScopeOnHost, scopeOn } from '../../support/machine/hosts/scope-on.ts'
import { importEmptyImages, machinePrograms } from '../../support/machine/images.ts'
import { openPseudoTerminal } from '../../support/machine/pseudo-terminal.ts'
import type { Told } from './ways.ts'

/** How a command ended. */
export interface Ended {
  readonly code: number
  /** What it printed to standard output, or, at a terminal, all that was shown. */
  readonly printed: string
  readonly complained: string
}

/** A machine with Docker and a few containers, and a shell in the checkout, at which somebody follows the documents. */
export interface Stage {
  readonly scope: ScopeOnHost
  /** Does what is to be done before, then runs a command as it is told; variables of the shell stay from one to the next. */
  run(told: Told): Promise<Ended>
  close(): Promise<void>
}

const NAME = 'machine'
const IMAGE = 'nginx:1.25'
const BIN = '/run/bin'
const VARIABLES = '/run/variables'
const MAP_MS = 90_000
/** A command after which the page is at the usual address. */
const LAUNCH = 'sudo ./scope launch'
/** Answers at a port, and has a log. */
const WEB =
  'trap exit TERM; busybox nc -ll -p 80 -e cat & while :; do echo "served $((n += 1))"; sleep 0.5; done'
/** Is a client of the other, and has a log as well. */
const WEB_1 = `mkfifo /run/input; until busybox nc web 80 <>/run/input; do sleep 1; done & ${WEB}`

/** Sends what it reads to a WebSocket, and prints what comes: as much of websocat as is told. It is in few distributions. */
const WEBSOCAT = `#!/bin/sh
exec ${process.execPath} -e "
const { WebSocket } = require('${checkout.root}/node_modules/ws')
const [, , , header, url] = process.argv
const [name, value] = header.split(': ')
const socket = new WebSocket(url, { headers: { [name]: value } })
socket.on('open', () => process.stdin.on('data', (bytes) => socket.send(bytes)))
socket.on('message', (bytes) => process.stdout.write(bytes))
socket.on('error', (error) => { console.error(error); process.exit(1) })
socket.on('close', () => process.exit(0))
" -- "$@"
`

const programs: Readonly<Record<string, string>> = {
  sudo: '#!/bin/sh\nexec "$@"\n',
  scope: `#!/bin/sh\nexec ${checkout.launcher} "$@"\n`,
  websocat: WEBSOCAT,
}

/** Its configuration is none of ours. */
const NGINX = '#!/bin/sh\necho "configuration file /etc/nginx/nginx.conf test is successful"\n'

const environment = (): NodeJS.ProcessEnv => {
  const { DOCKER_HOST: _docker, SCOPE_STATE_DIR: _state, SCOPE_HOSTNAME: _host, ...env } = process.env
  return {
    ...env,
    CHECKOUT: checkout.root,
    PATH: `${BIN}:${process.env.PATH}`,
    // By this curl knows the certificate that Scope makes.
    CURL_CA_BUNDLE: '/var/lib/scope/app.tls.crt',
  }
}

/** Makes the machine, without launching Scope. */
export const openStage = async (): Promise<Stage> => {
  const host = await startHost(NAME)
  const ends: (() => Promise<void>)[] = [host.end]
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end()
  }
  try {
    await prepare(host)
    const docker = await dockerOn(host)
    ends.push(docker.close)
    await importEmptyImages(docker.docker, [IMAGE])
    await docker.docker('network', 'create', 'shop')
    ends.push(async () => void (await docker.docker('network', 'rm', 'shop')))
    const start = (name: string, options: readonly string[], script: string) =>
      docker.docker(
        ...[
          'run',
          '--detach',
          '--init=false',
          '--network',
          'shop',
          '--name',
          name,
          ...options,
          ...machinePrograms,
        ],
        ...[
          '--tmpfs',
          '/srv',
          '--volume',
          '/run/nginx:/opt:ro',
          '--env',
          'PATH=/opt:/usr/bin:/bin',
          IMAGE,
          'sh',
          '-c',
          script,
        ],
      )
    ends.push(async () => void (await docker.docker('rm', '--force', 'web', 'web-1')))
    await start('web', ['--publish', '8080:80', '--label', 'com.docker.compose.project=shop'], WEB)
    await start('web-1', ['--label', 'tier=web'], WEB_1)
    const scope = await scopeOn(host)
    ends.push(scope.close)
    return { ...shellOn(host, scope), scope, close }
  } catch (error) {
    await close()
    throw error
  }
}

const prepare = async (host: Host): Promise<void> => {
  for (const [name, text] of Object.entries(programs)) host.write(`${BIN}/${name}`, text, 0o755)
  host.write('/run/nginx/nginx', NGINX, 0o755)
  host.write(VARIABLES, '')
  const { cert, key } = await (await makeAuthority()).issue([NAME])
  host.write('/etc/ssl/scope/fullchain.pem', cert)
  host.write('/etc/ssl/scope/privkey.pem', key, 0o600)
  // What is linked there is to be seen on this host alone.
  host.exec(
    'sh',
    '-c',
    'mkdir /run/host/bin /run/host/work-bin && mount -t overlay -o lowerdir=/usr/local/bin,upperdir=/run/host/bin,workdir=/run/host/work-bin none /usr/local/bin',
  )
}

const shellOn = (host: Host, scope: ScopeOnHost): Pick<Stage, 'run'> => {
  /** Options of the Scope that runs; undefined when a command of a document has launched or stopped it. */
  let running: readonly string[] | undefined
  const bash = async (script: string): Promise<Ended> => {
    const { code, stdout, stderr } = await host.run(['bash', '-c', script], environment())
    return { code, printed: stdout, complained: stderr }
  }
  const launch = async (options: readonly string[]): Promise<void> => {
    if (isDeepStrictEqual(running, options)) return
    await scope.scope('stop')
    await scope.launch(options)
    running = options
    await areOnMap(options.includes('--app.tls=self-signed') ? 'https' : 'http')
  }
  const areOnMap = (scheme: 'http' | 'https') =>
    eventually(
      'the containers on the map',
      async () => {
        const { printed } = await bash(`curl -s ${scheme}://localhost:4040/api/topology/containers`)
        return /"web"[\s\S]*"web-1"|"web-1"[\s\S]*"web"/.test(printed)
      },
      MAP_MS,
    )
  const atTerminal = async (
    script: string,
    steps: readonly (readonly [shows: RegExp, types: string])[],
  ): Promise<Ended> => {
    const inHost = [
      'nsenter',
      `--target=${host.pid}`,
      '--net',
      '--uts',
      '--mount',
      '--ipc',
      '--pid',
      '--wd=/',
      '--',
    ]
    const terminal = await openPseudoTerminal(
      // Ctrl+C is for the command, and ends what enters the host as well: the shell goes on, and tells how the command ended.
      [...inHost, 'bash', '-c', `trap : INT\n${script}\necho "[code $?]"`],
      environment(),
    )
    try {
      for (const [shows, types] of steps) {
        await eventually(`${shows}`, () => shows.test(terminal.text()), MAP_MS)
        terminal.type(types)
      }
      await terminal.ended
      const code = await eventually('its exit code', () => /\[code (\d+)\]/.exec(terminal.text())?.[1])
      return { code: Number(code), printed: terminal.text(), complained: '' }
    } catch (cause) {
      throw new Error(`it showed only: ${terminal.text()}`, { cause })
    } finally {
      terminal.close()
    }
  }
  return {
    run: async ({ command, way, instead = {}, first, beside }) => {
      if (beside !== undefined) await launch(beside)
      if (/scope (launch|demo)\b|scope stop( |$)|npm run dev/.test(`${first} ${command}`)) running = undefined
      const said = Object.entries(instead).reduce(
        (text, [words, others]) => text.replace(words, others),
        command,
      )
      const begins = [`set -a; . ${VARIABLES}; cd ${checkout.root}`]
      if (first !== undefined) begins.push(`{ ${first}\n} >/dev/null || exit`)
      const script = [...begins, said].join('\n')
      if (way.kind === 'converses') return atTerminal(script, way.steps)
      const variable = /^(\w+)=/.exec(command)?.[1]
      const ended = await bash(
        variable === undefined
          ? script
          : `${script}\ncode=$?\ndeclare -p ${variable} >>${VARIABLES}\nexit $code`,
      )
      // What is asked next is asked by somebody who sees the map.
      if (command === LAUNCH && ended.code === 0) await areOnMap('http')
      return ended
    },
  }
}
