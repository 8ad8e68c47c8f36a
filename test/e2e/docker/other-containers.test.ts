import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { IMAGE_LIMIT_MS } from '../../support/image/build-image.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type CopiedLauncher, copyLauncher } from './stage.ts'

describeWith(['root', 'docker'], 'the launcher, where a container of its name is there', () => {
  let scope: CopiedLauncher
  let options: string[]

  beforeAll(async () => {
    scope = await copyLauncher()
    const address = new URL(scope.url).host
    options = [`--app.http.address=${address}`, '--no-ebpf', '--probe.docker=false']
  }, IMAGE_LIMIT_MS)
  afterAll(() => scope?.close())
  afterEach(async () => {
    if (await containers()) await scope.docker.docker('rm', '--force', scope.container)
  })

  /** Ids of the containers that have this name. */
  const containers = () =>
    scope.docker.docker('ps', '-aq', '--no-trunc', '--filter', `name=^${scope.container}$`)
  const inspected = (format: string) => scope.docker.docker('inspect', '--format', format, scope.container)
  const isRunning = async () =>
    (await containers()) !== '' && (await inspected('{{.State.Running}}')) === 'true'

  /** An environment in which `docker` first does what a shell is told; the words are there as `$@`. */
  const dockerAfter = (name: string, script: string): NodeJS.ProcessEnv => {
    const docker = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim()
    const bin = join(scope.dir, name)
    mkdirSync(bin)
    const text = `#!/bin/sh\ndocker() { ${docker} "$@"; }\n${script}\nexec ${docker} "$@"\n`
    writeFileSync(join(bin, 'docker'), text, { mode: 0o755 })
    return { PATH: `${bin}:${process.env.PATH}` }
  }

  describe.each([
    ['of somebody else', []],
    ['of another state directory', ['--label', 'scope.state-dir=/var/lib/other']],
  ])('%s', (_whose, labels) => {
    it('leaves that alone, and does not take it for its own', async () => {
      const id = await scope.docker.run('scope', [...labels, '--stop-timeout', '1'])
      expect(await scope.run(['stop'])).toMatchObject({
        code: 0,
        stdout: expect.not.stringContaining('stopped'),
      })
      expect(await scope.run(['status'])).toMatchObject({
        code: 3,
        stdout: `Scope is not running (state: ${scope.stateDir})\n`,
      })
      expect(await scope.run(['launch', ...options])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`there is another container ${scope.container} (running`),
      })
      expect((await scope.run(['token'])).stdout).toMatch(/^[\w-]{43}\n$/)
      expect([await containers(), await isRunning()]).toEqual([id, true])
    })
  })

  it('says that it is of somebody else, which tells why nothing is stopped', async () => {
    await scope.docker.run('scope', ['--stop-timeout', '1'])
    const words = `scope: there is another container ${scope.container} (running); set SCOPE_CONTAINER_NAME to another name\n`
    for (const command of ['stop', 'status']) expect((await scope.run([command])).stderr).toBe(words)
    expect(await isRunning()).toBe(true)
  })

  describe('made by another launch while this one looks', () => {
    /** Launches, and is held before Docker makes or removes a container until it is let go. */
    const launchHeld = (name: string, words: readonly string[]) => {
      const [held, go] = ['held', 'go'].map((file) => join(scope.dir, `${name}-${file}`)) as [string, string]
      const hold = `case $1 in run | rm) touch ${held}; until [ -e ${go} ]; do sleep 0.1; done ;; esac`
      const ended = scope.run(['launch', ...words], { env: dockerAfter(name, hold) })
      return {
        ended,
        isHeld: () => eventually('the launch to have looked', () => existsSync(held)),
        letGo: () => writeFileSync(go, ''),
      }
    }

    it('goes on with that: both succeed, and one container runs', async () => {
      const second = launchHeld('both', options)
      await second.isHeld()
      const first = scope.run(['launch', ...options])
      await eventually('the container of the first', isRunning)
      const id = await containers()
      second.letGo()
      const both = await Promise.all([first, second.ended])
      expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
        Array(2).fill({ code: 0, stderr: expect.not.stringContaining('interrupted') }),
      )
      expect(both.filter(({ stdout }) => stdout.includes('runs already'))).toHaveLength(1)
      expect([await containers(), await isRunning()]).toEqual([id, true])
      expect((await fetch(scope.url)).ok).toBe(true)
      expect((await scope.run(['stop'])).code).toBe(0)
    })

    it('leaves that alone when it fails itself', async () => {
      const second = launchHeld('failing', [...options, 'localhost:1'])
      await second.isHeld()
      expect((await scope.run(['launch', ...options])).code).toBe(0)
      const id = await containers()
      second.letGo()
      expect(await second.ended).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('does not report to http://localhost:1'),
      })
      expect([await containers(), await isRunning()]).toEqual([id, true])
      expect((await scope.run(['stop'])).code).toBe(0)
    })
  })

  it('tells that the one in which it launches was ended', async () => {
    expect((await scope.run(['launch', ...options])).code).toBe(0)
    // As another launch would, it holds the lock.
    const path = join(scope.stateDir, 'launch.lock')
    const holder = spawn('flock', [path, 'sleep', '300'], { detached: true, stdio: 'ignore' })
    try {
      // The kernel lists locks by inode, and who waits for them behind an arrow.
      const { ino } = statSync(path)
      const isListed = (how: RegExp) =>
        readFileSync('/proc/locks', 'utf8')
          .split('\n')
          .some((line) => line.includes(`:${ino} `) && how.test(line))
      await eventually('the lock', () => isListed(/FLOCK/))
      const joined = scope.run(['launch', ...options])
      await eventually('the launch to wait', () => isListed(/-> FLOCK/))
      // What the launch that has made it does when it fails.
      await scope.docker.docker('rm', '--force', scope.container)
      expect(await joined).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^scope: the container .* was ended meanwhile: the launch that had made it failed/m,
        ),
      })
    } finally {
      if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL')
    }
  })

  it('leaves no volume behind but those that have a name', async () => {
    // Others use the same Docker, so only the volume of this container is looked at.
    const volumes = async () => (await scope.docker.docker('volume', 'ls', '-q')).split('\n')
    // The state directory is elsewhere, so that Docker makes one for that of the image.
    expect((await scope.run(['launch', ...options])).code).toBe(0)
    const made = await inspected(
      '{{range .Mounts}}{{if eq .Destination "/var/lib/scope"}}{{.Type}} {{.Name}}{{end}}{{end}}',
    )
    expect(made).toMatch(/^volume [0-9a-f]{64}$/)
    const [, name = ''] = made.split(' ')
    expect(await volumes()).toContain(name)
    expect((await scope.run(['stop'])).code).toBe(0)
    expect(await volumes()).not.toContain(name)
  })

  it('waits for one that another launch is about to start', async () => {
    const [created, go, looks, started] = ['created', 'go', 'looks', 'started'].map((file) =>
      join(scope.dir, `start-${file}`),
    )
    // What "docker run" does, with time between the two.
    const inTwo = `if [ "$1" = run ]; then
  shift 2
  id=$(docker create "$@") || exit
  touch ${created}
  until [ -e ${go} ]; do sleep 0.1; done
  docker start "$id" || exit
  touch ${started}
  exit
fi`
    const first = scope.run(['launch', ...options], { env: dockerAfter('in two', inTwo) })
    await eventually('a container that is not started', () => existsSync(created as string))
    const id = await containers()
    // It looks only so often before it takes the container for one that nobody starts: its fourth look waits for the start.
    const counts = `if [ "$1" = inspect ]; then
  echo >>${looks}
  if [ "$(wc -l <${looks})" -ge 4 ]; then until [ -e ${started} ]; do sleep 0.1; done; fi
fi`
    const second = scope.run(['launch', ...options], { env: dockerAfter('counts', counts) })
    await eventually(
      'the second to wait',
      () => existsSync(looks as string) && readFileSync(looks as string, 'utf8').length > 3,
    )
    writeFileSync(go as string, '')
    const both = await Promise.all([first, second])
    expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(2).fill({ code: 0, stderr: '' }))
    expect([await containers(), await isRunning()]).toEqual([id, true])
    expect((await scope.run(['stop'])).code).toBe(0)
  })

  it('removes one that nobody starts', async () => {
    const { docker, container, stateDir } = scope
    const label = `scope.state-dir=${stateDir}`
    const id = await docker.docker('create', '--name', container, '--label', label, docker.image, 'none')
    expect(await scope.run(['launch', ...options])).toMatchObject({ code: 0 })
    expect(await containers()).not.toContain(id)
    expect(await isRunning()).toBe(true)
    expect((await scope.run(['stop'])).code).toBe(0)
  })

  it('does not remove what runs when Docker takes long to tell of it', async () => {
    expect((await scope.run(['launch', ...options])).code).toBe(0)
    const id = await containers()
    const asked = join(scope.dir, 'asked')
    const slow = `if [ "$1" = inspect ]; then
  echo >>${asked}
  if [ "$(wc -l <${asked})" -le 2 ]; then exec sleep 60; fi
fi`
    const again = await scope.run(['launch', ...options], { env: dockerAfter('slow', slow) })
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('runs already') })
    expect([await containers(), await isRunning()]).toEqual([id, true])
    expect((await scope.run(['stop'])).code).toBe(0)
  })
})
