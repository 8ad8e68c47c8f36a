import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../../src/checkout.ts'
import { eventually } from '../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../support/machine/docker.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type Ended, scopeCommand } from '../support/scope/scope-command.ts'

/** What the launcher itself runs; not Docker. */
const PROGRAMS = 'readlink dirname cat id sed cut grep tail awk mount timeout find'.split(' ')
const SHELLS = ['dash', 'busybox sh']

let dir: string
let copy: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'scope-runtime-'))
  copy = join(dir, 'scope')
  copyFileSync(checkout.launcher, copy)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const run = (command: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((resolve) => {
    const [file = '', ...args] = command
    const all = { ...process.env, SCOPE_RUNTIME: 'auto', SCOPE_STATE_DIR: join(dir, 'state'), ...env }
    execFile(file, args, { env: all, timeout: 110_000 }, (error, stdout, stderr) =>
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
        stdout,
        stderr,
      }),
    )
  })

describe.each(SHELLS)('the launcher alone, run by %s', (name) => {
  const shell = name.split(' ')
  const alone = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => run([...shell, copy, ...args], env)

  it.each([
    [
      ['launch'],
      1,
      /^scope: Docker does not answer \(.*\); and beside .* there is no checkout of Scope to run natively\n$/,
    ],
    [['status'], 1, /Docker does not answer/],
    [['demo'], 1, /no checkout/],
    [
      ['launch', '--native'],
      1,
      /^scope: beside .* there is no checkout of Scope, which it needs to run natively\n$/,
    ],
    [['launch', '-native=T'], 1, /which it needs to run natively/],
    [['command', '--native'], 1, /no checkout/],
    [['nonsense'], 2, /^scope: unknown command nonsense; allowed: launch, /],
  ])('%j without Docker', async (args, code, words) => {
    const ended = await alone(args, { DOCKER_HOST: `unix://${dir}/none.sock` })
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(words) })
  })

  it('says that there is no docker command', async () => {
    const bin = join(dir, `bin of ${name}`)
    mkdirSync(bin)
    for (const program of PROGRAMS) symlinkSync(`/usr/bin/${program}`, join(bin, program))
    const path = (await run(['which', ...shell.slice(0, 1)], {})).stdout.trim()
    const { code, stderr } = await run([path, ...shell.slice(1), copy, 'launch'], { PATH: bin })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('there is no docker command'),
    })
  })

  it('tells its version and its commands without anything', async () => {
    const env = { DOCKER_HOST: `unix://${dir}/none.sock` }
    expect(await alone(['version'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^scope \d/),
    })
    expect(await alone([], env)).toMatchObject({ code: 0, stdout: expect.stringContaining('launch, stop') })
  })
})

describe('the launcher in a checkout', () => {
  it('runs natively where Docker does not answer, and says why', { timeout: 300_000 }, async () => {
    const scope = scopeCommand({ SCOPE_RUNTIME: 'auto', DOCKER_HOST: `unix://${dir}/none.sock` })
    try {
      const { code, stdout, stderr } = await scope('launch', '--no-probe', '--app.http.address=127.0.0.1:0')
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringMatching(/^scope: runs natively: Docker does not answer \(.*\)\n$/),
      })
      expect(stdout).toMatch(/^ {2}runs {3}natively$/m)
      expect(JSON.parse((await scope('status', '--json')).stdout)).toMatchObject({
        runtime: 'native',
        container: null,
      })
      // What runs natively is not launched in a container as well.
      const beside = await run([checkout.launcher, 'launch'], {
        SCOPE_RUNTIME: 'docker',
        SCOPE_STATE_DIR: scope.stateDir,
      })
      expect(beside).toMatchObject({ code: 1, stderr: expect.stringContaining('runs already, natively') })
      expect(await scope('stop')).toMatchObject({ code: 0, stdout: 'stopped: app\n' })
    } finally {
      await scope.dispose()
    }
  })

  it('refuses to run in a container where that is asked for, and says why', async () => {
    const env = { SCOPE_RUNTIME: 'docker', DOCKER_HOST: `unix://${dir}/none.sock` }
    expect(await run([checkout.launcher, 'launch'], env)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^scope: Docker does not answer/),
    })
    expect(await run([checkout.launcher, 'launch', '--native'], env)).toMatchObject({ code: 2 })
    expect(await run([checkout.launcher, 'launch'], { SCOPE_RUNTIME: 'other' })).toMatchObject({ code: 2 })
  })
})

describeWith(['docker'], 'a container whose main process is "scope run"', () => {
  let docker: TestDocker
  beforeAll(async () => {
    docker = await openTestDocker()
    return () => docker.close()
  })

  /** Stands in for Scope in its image: `scope run` ends in order when it gets SIGTERM, and other commands do nothing. */
  const STAND_IN = `#!/bin/busybox sh
if [ "$1" = run ]; then trap "exit 7" TERM; while :; do /bin/busybox sleep 0.1; done; fi
`

  it('is stopped by Docker alone, in order: what runs in it would not learn of its end', async () => {
    const path = join(dir, 'scope-stand-in')
    writeFileSync(path, STAND_IN, { mode: 0o755 })
    const label = `scope.state-dir=${join(dir, 'state')}`
    const options = [
      '--pid=host',
      '--entrypoint=/bin/scope',
      '--volume',
      `${path}:/bin/scope:ro`,
      '--label',
      label,
    ]
    const id = await docker.run('runs', options, ['run'])
    const env = { DOCKER_HOST: docker.host, SCOPE_CONTAINER_NAME: `${docker.prefix}runs` }
    await eventually('its trap', () => docker.docker('top', id).then((text) => text.includes('sleep')))
    expect(await run([copy, 'stop'], env)).toEqual({
      code: 0,
      stdout: `stopped: the container ${docker.prefix}runs\n`,
      stderr: '',
    })
    const ofIt = ['--since', '10m', '--until', '0s', '--filter', `container=${id}`]
    // Those of the second that has not passed are not told yet.
    const events = await eventually('its end to be told', async () => {
      const told = await docker.docker('events', ...ofIt)
      return told.includes(' destroy ') && told
    })
    expect(events).toMatch(/ die .*exitCode=7/)
    expect(events).not.toContain('exec_create')
  })
})

describeWith(['docker'], 'an image that is built anew', () => {
  let docker: TestDocker
  beforeAll(async () => {
    docker = await openTestDocker()
    return () => docker.close()
  })

  it('takes the place of the one before, which goes unless it has another name', async () => {
    const root = join(dir, 'checkout')
    mkdirSync(join(root, 'src'), { recursive: true })
    mkdirSync(join(root, '.runtime'))
    copyFileSync(checkout.launcher, join(root, 'scope'))
    writeFileSync(join(root, 'src/main.ts'), '')
    const version = `${docker.prefix}anew`
    const image = `scope:${version}`
    const idOf = (name: string) => docker.docker('image', 'inspect', '--format', '{{.Id}}', name)
    const write = (text: string, secondsAgo: number) => {
      writeFileSync(join(root, 'Dockerfile'), `FROM scratch\nCOPY src /src\nLABEL text=${text}\n`)
      const at = Date.now() / 1000 - secondsAgo
      utimesSync(join(root, 'Dockerfile'), at, at)
    }
    /** It is built, and has nothing to run. */
    const launch = async () => {
      const ended = await run([join(root, 'scope'), 'launch'], {
        ...{ DOCKER_HOST: docker.host, SCOPE_RUNTIME: 'docker', VERSION: version },
        ...{ SCOPE_CONTAINER_NAME: `${docker.prefix}anew`, SCOPE_STATE_DIR: join(dir, 'anew') },
      })
      expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('building the image') })
    }
    write('one', 300)
    await docker.docker('build', '--tag', image, root)
    const [one, other] = [await idOf(image), `${image}-other`]
    const stamp = join(root, '.runtime/image')
    writeFileSync(stamp, `${one}\n`)
    utimesSync(stamp, Date.now() / 1000 - 200, Date.now() / 1000 - 200)
    write('two', 100)
    await launch()
    const two = await idOf(image)
    expect(two).not.toBe(one)
    await expect(idOf(one)).rejects.toThrow(/[Nn]o such image/)
    await docker.docker('tag', two, other)
    write('three', -100)
    await launch()
    expect([await idOf(image), await idOf(other)]).toEqual([expect.not.stringContaining(two), two])
  })
})

describeWith(['docker'], 'an engine that cannot see this machine', () => {
  const socketPath = () => join(dir, 'engine.sock')
  let engine: Server
  let info: object
  beforeAll(async () => {
    // Speaks of Docker's API what its client asks before anything else.
    engine = createServer((request, response) => {
      response.setHeader('Api-Version', '1.41')
      response.setHeader('Content-Type', 'application/json')
      response.end(request.url?.endsWith('/info') ? JSON.stringify(info) : '"OK"')
    })
    await new Promise<void>((done) => engine.listen(socketPath(), done))
  })
  afterAll(() => void engine.close())

  it.each([
    [
      'is on another machine',
      { KernelVersion: '6.1.0-other', SecurityOptions: [] },
      /on another machine, or in a virtual one \(its kernel is 6\.1\.0-other\)/,
    ],
    [
      'has no root',
      { KernelVersion: release(), SecurityOptions: ['name=seccomp', 'name=rootless'] },
      /runs without root here/,
    ],
  ])('%s', async (_title, told, words) => {
    info = { OSType: 'linux', ServerVersion: '27.0.1', ...told }
    const env = { DOCKER_HOST: `unix://${socketPath()}` }
    expect(await run([copy, 'launch'], env)).toMatchObject({ code: 1, stderr: expect.stringMatching(words) })
    // What launch would run is printed; natively it is one line for each part.
    expect((await run([checkout.launcher, 'command', '--no-probe'], env)).stdout).toMatch(
      / app --app\.http\.address/,
    )
  })
})
