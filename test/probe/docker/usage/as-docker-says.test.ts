import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import type { Clock } from '../../../../src/probe/collector.ts'
import { createDockerCollector, type DockerCollector } from '../../../../src/probe/docker/collector.ts'
import { metrics } from '../../../../src/report/facts.ts'
import { containerNodeId } from '../../../../src/report/ids.ts'
import { eventually } from '../../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { describeWith } from '../../../support/machine/requirements.ts'

const clock: Clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const log = createLogger({ format: 'text', debug: false, write: () => {} })

const UNITS: Readonly<Record<string, number>> = {
  ...{ B: 1, kB: 1e3, MB: 1e6, GB: 1e9 },
  ...{ KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 },
}
/** Reads `932KiB`, `1.5kB`. */
const bytesOf = (text = ''): number => {
  const [, amount, unit = ''] = /^([\d.]+)([A-Za-z]+)$/.exec(text.trim()) ?? []
  return Number(amount) * (UNITS[unit] ?? Number.NaN)
}

/** A loop that takes a good part of a core, and memory of its own. */
const BUSY = 'x=$(/bin/busybox head -c 3000000 /dev/zero | /bin/busybox tr "\\\\0" x); while :; do :; done'
const shell = (script: string) => ['/bin/busybox', 'sh', '-c', script]

describeWith(['docker'], 'what containers use is what docker stats shows', () => {
  let docker: TestDocker
  let collector: DockerCollector

  beforeAll(async () => {
    docker = await openTestDocker()
    collector = createDockerCollector({ clock, hostId: 'here', log, dockerHost: docker.host, env: {} })
    await collector.start(() => {})
  })
  afterAll(async () => {
    await collector?.stop()
    await docker?.close()
  })

  const statusOf = (of = collector) => of.collect(clock.uptimeMs()).status
  const metricOf = (id: string, metric: string, of = collector) =>
    of.collect(clock.uptimeMs()).metrics.find((one) => one.node === containerNodeId(id) && one.id === metric)
  const newest = (id: string, metric: string, of = collector) => metricOf(id, metric, of)?.samples.at(-1)?.[1]

  const statsOf = async (id: string) => {
    const format = '{{.CPUPerc}}|{{.MemUsage}}|{{.NetIO}}'
    // Where Docker has no numbers within two seconds, it shows dashes.
    const text = await eventually('numbers', async () => {
      const shown = await docker.docker('stats', '--no-stream', '--format', format, id)
      return !shown.includes('--') && shown
    })
    const [cpu = '', memory = '', network = ''] = text.split('|')
    const [used, limit] = memory.split(' / ')
    return {
      cpuPercent: Number.parseFloat(cpu),
      memoryBytes: bytesOf(used),
      memoryMaxBytes: bytesOf(limit),
      hasNetwork: network.trim() !== '0B / 0B',
    }
  }
  /** Memory in use is what Docker says, give or take what changes meanwhile; where it counts none, neither do we. */
  const expectMemory = async (id: string) =>
    eventually('the memory that Docker says', async () => {
      const said = await statsOf(id)
      const told = metricOf(id, metrics.containerMemory)
      if (said.memoryBytes === 0) return told === undefined
      const bytes = told?.samples.at(-1)?.[1] ?? 0
      const isSameLimit = Math.abs((told?.max ?? 0) - said.memoryMaxBytes) < 0.01 * said.memoryMaxBytes
      return isSameLimit && Math.abs(bytes - said.memoryBytes) < 0.1 * said.memoryBytes + 200_000
    })

  test('one with limits, one without, one that is paused, one started again', async () => {
    const limits = ['--cpus', '0.5', '--memory', '64m']
    const [limited, idle, paused] = await Promise.all([
      docker.run('limited', limits, shell(BUSY)),
      docker.run('idle'),
      docker.run('paused', [], shell(BUSY)),
    ])
    await eventually('the CPU that Docker says', async () => {
      const { cpuPercent } = await statsOf(limited)
      const told = newest(limited, metrics.containerCpu)
      // Both measure a second, and not the same one; how much it gets depends on what else runs.
      return told !== undefined && cpuPercent > 1 && Math.abs(told - cpuPercent) < 25
    })
    expect(metricOf(limited, metrics.containerCpu)?.max).toBe(50)
    await eventually('an idle one', () => newest(idle, metrics.containerCpu) === 0)
    expect(metricOf(idle, metrics.containerCpu)?.max).toBeGreaterThanOrEqual(100)
    await expectMemory(limited)
    await expectMemory(idle)

    await eventually('its work', () => (newest(paused, metrics.containerCpu) ?? 0) > 1)
    await docker.pause(paused)
    await eventually('its rest', () => newest(paused, metrics.containerCpu) === 0)
    expect((await statsOf(paused)).cpuPercent).toBe(0)
    await expectMemory(paused)
    await docker.docker('unpause', paused)
    await eventually('that it goes on', () => (newest(paused, metrics.containerCpu) ?? 0) > 1)

    await docker.docker('restart', '-t', '0', limited)
    const restartedMs = clock.uptimeMs()
    await eventually('its CPU after the restart', () => {
      const nowMs = clock.uptimeMs()
      const { samples = [] } = metricOf(limited, metrics.containerCpu) ?? {}
      return samples.some(([ageMs, percent]) => nowMs - ageMs > restartedMs + 1000 && percent > 1)
    })
    await expectMemory(limited)
    // Each was measured by its files: no stream costs Docker anything, but for containers of others that have just ended.
    await expect
      .poll(() => statusOf())
      .toMatchObject({ state: 'ok', reason: '', counters: { statsStreams: 0 } })
    await docker.docker('rm', '-f', limited, idle, paused)
  })

  test('the network of one, of one that shares it, and of none in that of the host', async () => {
    const own = await docker.serve('own')
    const address = await docker.docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', own)
    const shared = await docker.run('shared', ['--network', `container:${own}`])
    const host = await docker.run('host', ['--network', 'host'])
    const none = await docker.run('none', ['--network', 'none'])
    const feed = `while :; do /bin/busybox head -c 200000 /dev/zero; /bin/busybox sleep 0.1; done | /bin/busybox nc ${address} 5000 >/dev/null`
    const client = await docker.run('client', [], shell(feed))
    for (const id of [own, shared, client])
      await eventually('its traffic', () => (newest(id, metrics.containerNetworkReceived) ?? 0) > 200_000)
    for (const id of [own, shared, client]) expect((await statsOf(id)).hasNetwork).toBe(true)
    for (const id of [host, none]) {
      await eventually('its CPU', () => metricOf(id, metrics.containerCpu) !== undefined)
      expect((await statsOf(id)).hasNetwork).toBe(false)
      expect(metricOf(id, metrics.containerNetworkReceived)).toBeUndefined()
    }
    await docker.docker('rm', '-f', own, shared, host, none, client)
  })

  test('where no process of a container is seen, by its stream, which is told', async () => {
    const procRoot = mkdtempSync(join(tmpdir(), 'scope-no-proc-'))
    const id = await docker.run('streamed', [], shell(BUSY))
    const blind = createDockerCollector({
      ...{ clock, hostId: 'here', log, dockerHost: docker.host, env: {} },
      procRoot,
    })
    try {
      await blind.start(() => {})
      await eventually('its CPU', () => (newest(id, metrics.containerCpu, blind) ?? 0) > 1)
      await eventually('the reason', () => statusOf(blind).reason.includes('--pid=host'))
      expect(statusOf(blind).state).toBe('ok')
      expect(statusOf(blind).counters.statsStreams).toBeGreaterThan(0)
    } finally {
      await blind.stop()
      rmSync(procRoot, { recursive: true })
      await docker.docker('rm', '-f', id)
    }
  })
})
