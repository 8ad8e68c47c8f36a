import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { cpus, networkInterfaces, release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createHostCollector, type HostCollectorOptions } from '../../../src/probe/host/collector.ts'
import { createShellControl } from '../../../src/probe/host/controls/shell-control.ts'
import { addressSchema, metricSchema, nodeSchema } from '../../../src/report/schema.ts'
import { eventually } from '../../support/eventually.ts'

const clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

const started = async (more: Partial<HostCollectorOptions> = {}) => {
  const options = { procRoot: '/proc', clock, hostId: 'h', hostName: 'box', version: '9.9.9' }
  const collector = createHostCollector({ ...options, ...more })
  await collector.start(() => {})
  cleanUp.push(() => collector.stop())
  return collector
}

test('describes this machine in the shape of a report', async () => {
  const collector = await started()
  const { nodes, addresses, status } = collector.collect(clock.uptimeMs())
  const [node] = nodes
  nodeSchema.parse(node)
  for (const address of addresses) addressSchema.parse(address)
  expect(node).toMatchObject({
    id: 'h;<host>',
    topology: 'host',
    name: 'box',
    facts: {
      host_name: 'box',
      kernel_version: release(),
      cpu_count: cpus().length,
      host_scope_version: '9.9.9',
      os: expect.stringMatching(/./),
      booted_at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  })
  expect(addresses).toContainEqual(expect.objectContaining({ ip: '127.0.0.1', scope: 'netns' }))
  expect(status).toMatchObject({ id: 'host', mode: 'proc', state: 'ok', reason: '' })
})

test('offers a shell only if that is allowed', async () => {
  const shell = createShellControl({ procRoot: '/proc', uid: 0, onError: () => {} })
  for (const [collector, ids] of [
    [await started({ shell }), ['host_exec']],
    [await started(), []],
  ] as const) {
    expect(collector.collect(clock.uptimeMs()).nodes.map(({ controls }) => controls)).toEqual([ids])
    expect(collector.controls?.().map(({ id }) => id)).toEqual(ids)
  }
})

test('measures this machine', async () => {
  const collector = await started()
  const metrics = await eventually('a CPU sample', () => {
    const taken = collector.collect(clock.uptimeMs()).metrics
    return taken.some(({ id }) => id === 'host_cpu_usage_percent') && taken
  })
  for (const metric of metrics) metricSchema.parse(metric)
  expect(metrics.map(({ id }) => id)).toEqual([
    'host_cpu_usage_percent',
    'host_mem_usage_bytes',
    'load1',
    'load5',
    'load15',
  ])
})

test('keeps node and addresses the same objects', async () => {
  const collector = await started()
  const [first, second] = [collector.collect(1e6), collector.collect(2e6)]
  expect(second.nodes[0]).toBe(first.nodes[0])
  expect(second.addresses).toBe(first.addresses)
})

test('its boot is dated anew when the clock of the machine is set', async () => {
  const root = mkdtempSync(join(tmpdir(), 'scope-proc-'))
  cleanUp.push(() => rmSync(root, { recursive: true }))
  const BOOT_SECONDS = 1_700_000_000
  const bootedAt = (seconds: number) => writeFileSync(join(root, 'stat'), `btime ${seconds}\n`)
  bootedAt(BOOT_SECONDS)
  let sample = (): unknown => undefined
  const collector = await started({
    procRoot: root,
    every: (_, job) => {
      sample = job
      return () => {}
    },
  })
  const nodeAfterSamples = () => {
    for (let i = 0; i < 20; i++) sample()
    return collector.collect(clock.uptimeMs()).nodes[0]
  }
  const bootOf = (node = nodeAfterSamples()) => Date.parse(String(node?.facts.booted_at)) / 1000
  const first = nodeAfterSamples()
  expect(bootOf(first)).toBe(BOOT_SECONDS)
  // It moves by a second without that.
  bootedAt(BOOT_SECONDS + 1)
  expect(nodeAfterSamples()).toBe(first)
  bootedAt(BOOT_SECONDS - 3600)
  expect(bootOf()).toBe(BOOT_SECONDS - 3600)
  bootedAt(BOOT_SECONDS + 3600)
  expect(bootOf()).toBe(BOOT_SECONDS + 3600)
  rmSync(join(root, 'stat'))
  expect(bootOf()).toBe(BOOT_SECONDS + 3600)
})

test('what cannot be read is left out and said', async () => {
  const root = mkdtempSync(join(tmpdir(), 'scope-proc-'))
  cleanUp.push(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'self/ns'), { recursive: true })
  symlinkSync('net:[4711]', join(root, 'self/ns/net'))
  for (const file of ['stat', 'loadavg']) writeFileSync(join(root, file), readFileSync(`/proc/${file}`))
  const lo = networkInterfaces().lo
  const collector = await started({ procRoot: root, interfaces: () => ({ lo }) })
  const { nodes, metrics, addresses, status } = collector.collect(clock.uptimeMs())
  expect(nodes).toHaveLength(1)
  expect(metrics.map(({ id }) => id)).toEqual(['load1', 'load5', 'load15'])
  expect(addresses[0]?.id).toMatch(/^h-4711;/)
  expect(status).toMatchObject({ state: 'degraded', reason: expect.stringContaining('meminfo') })
})
