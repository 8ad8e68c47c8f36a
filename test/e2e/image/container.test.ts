import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { ensureScopeImage, IMAGE_LIMIT_MS } from '../../support/image/build-image.ts'
import { type RunningImage, runImage } from '../../support/image/running-image.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'

const SCOPE_UID = '61040'
/** Docker looks every 30 s, and may find it not well when the machine is busy. */
const HEALTHY_WITHIN_MS = 180_000

vi.setConfig({ testTimeout: 2 * HEALTHY_WITHIN_MS })

describeWith(['root', 'ebpf', 'docker'], 'a container of the image', () => {
  let docker: TestDocker
  let scope: RunningImage
  beforeAll(async () => {
    docker = await openTestDocker()
    scope = await runImage(docker, await ensureScopeImage(docker), 'scope')
  }, IMAGE_LIMIT_MS)
  afterAll(async () => {
    await scope?.remove()
    await docker?.close()
  })

  /** Lines of `/proc/PID/status`, by name. */
  const statusOf = (pid: number): ReadonlyMap<string, string> =>
    new Map(
      readFileSync(`/proc/${pid}/status`, 'utf8')
        .split('\n')
        .map((line) => line.split(/:\s*/, 2) as [string, string]),
    )
  const uidOf = (pid: number) => statusOf(pid).get('Uid')?.split('\t')[0]
  const key = (name: string) => readFileSync(join(scope.stateDir, name), 'utf8')

  it('runs the probe as root, and the app as a user without rights, in a root that nobody can write to', async () => {
    const [app, probe] = [await scope.pidOf('app'), await scope.pidOf('probe')]
    expect([uidOf(app), uidOf(probe)]).toEqual([SCOPE_UID, '0'])
    const ofApp = statusOf(app)
    expect(ofApp.get('NoNewPrivs')).toBe('1')
    expect(ofApp.get('Groups')?.trim()).toBe('')
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      expect([set, ofApp.get(set)]).toEqual([set, '0'.repeat(16)])
    expect(await scope.inspect('{{.HostConfig.ReadonlyRootfs}}')).toBe('true')
    await eventually('it to be well', async () => {
      expect(await scope.scope('status')).toMatch(/app\s+pid \d+ as user scope[\s\S]*tracing with eBPF/)
      return (await scope.scope('healthcheck')) === 'app and probe run'
    })
  })

  it('is healthy, and starts again what is killed, which the status tells', async () => {
    await eventually(
      'Docker to find it healthy',
      async () => (await scope.inspect('{{.State.Health.Status}}')) === 'healthy',
      HEALTHY_WITHIN_MS,
    )
    for (const part of ['app', 'probe'] as const) {
      const before = await scope.pidOf(part)
      process.kill(before, 'SIGKILL')
      await eventually(`another ${part}`, async () => {
        const status = JSON.parse(
          await docker.docker('exec', scope.container, 'sh', '-c', 'scope status --json || true'),
        )
        const { state, pid, deaths } = status[part]
        return state === 'running' && pid !== before && deaths === 1
      })
      expect(await docker.docker('exec', scope.container, 'sh', '-c', 'scope status || true')).toMatch(
        new RegExp(`${part}\\s+pid .*started again once, last .* when it was ended by SIGKILL`),
      )
    }
    await eventually('it to be well', async () => (await scope.scope('healthcheck')) === 'app and probe run')
  })

  it('shows the logs of all of it to who asks Docker, and no link that signs in', async () => {
    const logs = await eventually('the logs', async () => {
      const shown = await docker.docker('logs', scope.container)
      expect(shown).toMatch(/ app: the app listens/)
      expect(shown).toMatch(/ probe\.connections: tracing connections with eBPF/)
      return shown
    })
    expect(logs).not.toMatch(/code=/)
  })

  it('ends with 0 when Docker stops it, and is the same as before when it starts it again', async () => {
    const keys = ['app.pub', 'probe.key', 'cluster.key', 'token'].map(key)
    const [app, probe] = [await scope.pidOf('app'), await scope.pidOf('probe')]
    // Docker kills what takes longer than this, and the exit code is another then.
    await docker.docker('stop', '--time', '60', scope.container)
    expect(await scope.inspect('{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 0')
    expect(
      [app, probe].map((pid) => {
        try {
          return uidOf(pid)
        } catch {
          return undefined
        }
      }),
    ).toEqual([undefined, undefined])
    await docker.docker('start', scope.container)
    await eventually('the map', async () => Object.keys((await scope.view('hosts')).nodes).length > 0)
    expect(['app.pub', 'probe.key', 'cluster.key', 'token'].map(key)).toEqual(keys)
  })

  it('runs again after all of it was killed', async () => {
    const before = await scope.pidOf('app')
    await docker.docker('kill', scope.container)
    await docker.docker('start', scope.container)
    await eventually('the map', async () => Object.keys((await scope.view('hosts')).nodes).length > 0)
    expect(await scope.pidOf('app')).not.toBe(before)
    await eventually('it to be well', async () => (await scope.scope('healthcheck')) === 'app and probe run')
  })

  it('answers its health check by TLS, and without an app', async () => {
    const image = await ensureScopeImage(docker)
    const tls = await runImage(docker, image, 'tls', {
      dockerArgs: ['--network=host', '--pid=host', '--read-only', '--tmpfs=/tmp'],
      options: ['--no-probe', '--app.tls=self-signed'],
    })
    await eventually('the app to be well', async () => (await tls.scope('healthcheck')) === 'app runs')
    process.kill(await tls.pidOf('app'), 'SIGSTOP')
    await expect(tls.scope('healthcheck')).rejects.toThrow()
    await tls.remove()
    const probe = await runImage(docker, image, 'probe', { options: ['--no-app', '127.0.0.1:1'] })
    await eventually('the probe to be well', async () => (await probe.scope('healthcheck')) === 'probe runs')
    await probe.remove()
  })
})
