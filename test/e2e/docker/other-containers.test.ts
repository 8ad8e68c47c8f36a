import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
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
})
