import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../../src/log/log.ts'
import type { Clock } from '../../../src/probe/collector.ts'
import { createDockerCollector, type DockerCollector } from '../../../src/probe/docker/collector.ts'
import { facts, metrics } from '../../../src/report/facts.ts'
import { containerNodeId } from '../../../src/report/ids.ts'
import { eventually } from '../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'

/** Whatever Docker tells of the end of a container at all, it tells as soon as that. */
const SOON_MS = 1000

const clock: Clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const log = createLogger({ format: 'text', debug: false, write: () => {} })

describeWith(['docker'], 'what is told of a container is what Docker says', () => {
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

  const factsOf = (id: string) =>
    collector.collect(clock.uptimeMs()).nodes.find((node) => node.id === containerNodeId(id))?.facts ?? {}
  const metricOf = (id: string, metric: string) =>
    collector
      .collect(clock.uptimeMs())
      .metrics.find((one) => one.node === containerNodeId(id) && one.id === metric)
  const newest = (id: string, metric: string) => metricOf(id, metric)?.samples.at(-1)?.[1] ?? 0
  const inspect = (id: string, path: string) => docker.docker('inspect', '--format', `{{.${path}}}`, id)
  const shell = (script: string) => ['/bin/busybox', 'sh', '-c', script]

  test('its limits, and that it is full at half a core', async () => {
    const options = ['--cpus', '0.5', '--memory', '64m', '--restart', 'on-failure:3']
    const id = await docker.run('limited', options, shell('while :; do :; done'))
    await eventually('its CPU', () => metricOf(id, metrics.containerCpu) !== undefined)
    expect(factsOf(id)).toMatchObject({
      [facts.containerCpuLimit]: Number(await inspect(id, 'HostConfig.NanoCpus')) / 1e9,
      [facts.containerMemoryLimit]: Number(await inspect(id, 'HostConfig.Memory')),
      [facts.containerRestartPolicy]: 'on-failure:3',
    })
    expect(metricOf(id, metrics.containerCpu)?.max).toBe(50)
    // A sample that was taken late has the CPU time of some more.
    await eventually('half a core', () => newest(id, metrics.containerCpu) < 65)
    expect(metricOf(id, metrics.containerMemory)?.max).toBe(64 * 1024 * 1024)
    // Both measure a second, and not the same one.
    await eventually('what Docker says', async () => {
      const [cpu] = (await docker.docker('stats', '--no-stream', '--format', '{{.CPUPerc}}', id)).split('%')
      return Math.abs(Number(cpu) - newest(id, metrics.containerCpu)) < 25
    })

    await docker.docker('update', '--cpus', '0.25', id)
    await eventually('the new limit', () => metricOf(id, metrics.containerCpu)?.max === 25)
    await docker.docker('rm', '-f', id)
  })

  test('how it ended', async () => {
    const id = await docker.run('ended', [], shell('exit 3'))
    await eventually('its end', () => factsOf(id)[facts.containerState] === 'exited')
    expect(factsOf(id)[facts.containerExitCode]).toBe(Number(await inspect(id, 'State.ExitCode')))
    expect(Date.parse(String(factsOf(id)[facts.containerFinished]))).toBe(
      Date.parse(await inspect(id, 'State.FinishedAt')),
    )
    expect(factsOf(id)).not.toHaveProperty(facts.reachableFromOutside)
    expect(factsOf(id)).not.toHaveProperty(facts.containerOomKilled)
  })

  test('what its health check last said, without secrets', async () => {
    const check = 'echo "checked with token=hunter2"; test -e /healthy'
    const id = await docker.run(
      'health',
      ['--health-interval', '1s', '--health-retries', '1', '--health-cmd', `/bin/busybox sh -c '${check}'`],
      shell('/bin/busybox ln -s /bin/busybox /bin/sh; exec /bin/busybox sleep 100000'),
    )
    await eventually('its sickness', () => factsOf(id)[facts.containerHealth] === 'unhealthy')
    // A check that takes too long on a busy machine has said nothing; the next one does.
    const said = await eventually('what it says', () => {
      const output = String(factsOf(id)[facts.containerHealthOutput])
      return output.includes('checked with') && output
    })
    expect(said).toMatch(/^exit code 1/)
    expect(said).not.toContain('hunter2')
    expect(said).toContain('checked with token=•••')
  })

  test('that it was killed for want of memory', async () => {
    // Docker learns of the kill and of the end by two messages; when that of the end comes first, it never says why.
    const saysWhy = async (name: string): Promise<string | undefined> => {
      const id = await docker.run(name, ['--memory', '16m'], ['/bin/busybox', 'tail', '/dev/zero'])
      await eventually('its end', () => factsOf(id)[facts.containerState] === 'exited')
      const isTold = async () => (await inspect(id, 'State.OOMKilled')) === 'true'
      return eventually('why it ended', isTold, SOON_MS).then(
        () => id,
        () => undefined,
      )
    }
    let tries = 0
    const id = await eventually('Docker to say so', () => saysWhy(`hungry-${tries++}`))
    await eventually('why', () => factsOf(id)[facts.containerOomKilled] === true)
    expect(factsOf(id)).toMatchObject({ [facts.containerOomKilled]: true, [facts.containerExitCode]: 137 })
  })

  test('what it reads, writes, sends and receives', async () => {
    const server = await docker.serve('sink')
    const address = await inspect(server, 'NetworkSettings.IPAddress')
    // a fifth of a megabyte each tenth of a second, and as much to the disk
    const script =
      `while :; do /bin/busybox head -c 200000 /dev/zero; /bin/busybox sleep 0.1; done | /bin/busybox nc ${address} 5000 >/dev/null & ` +
      'while :; do /bin/busybox dd if=/dev/zero of=/data bs=100k count=2 conv=fsync 2>/dev/null; /bin/busybox sleep 0.1; done'
    const id = await docker.run('busy', [], shell(script))
    await eventually('its traffic', () => newest(id, metrics.containerNetworkSent) > 200_000)
    await eventually('its answers', () => newest(id, metrics.containerNetworkReceived) > 200_000)
    const [sent] = (await docker.docker('stats', '--no-stream', '--format', '{{.NetIO}}', id)).split(' ')
    expect(sent).toMatch(/MB|GB/)
    // where the file system is one of a device, as Docker sees it
    const [, written] = (await docker.docker('stats', '--no-stream', '--format', '{{.BlockIO}}', id)).split(
      ' / ',
    )
    if (!/^0B/.test(written ?? '0B'))
      await eventually('its writing', () => newest(id, metrics.containerBlockWritten) > 0)
    else expect(newest(id, metrics.containerBlockWritten)).toBe(0)
    await docker.docker('rm', '-f', id, server)
  })
})
