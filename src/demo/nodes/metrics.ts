import { metrics } from '../../report/facts.ts'
import { containerNodeId, hostNodeId } from '../../report/ids.ts'
import type { Metric } from '../../report/schema.ts'
import type { Draw } from '../draw.ts'
import type { Span } from '../life.ts'
import type { Machine, Slot } from '../plan.ts'
import { createWave, type Wave } from '../wave.ts'
import { containerIdOf } from './container-messages.ts'
import type { Processes, Running } from './processes.ts'

const MEGABYTE = 2 ** 20
const SAMPLE_EVERY_MS = 1000
const MAX_SAMPLES = 300
/** How long memory use grows after a start. */
const WARM_UP_MS = 40_000

/** A metric of a node as a function of time. */
type Reading = (tMs: number) => number

const round = (value: number): number => Math.round(value * 100) / 100

const samplesOf = (reading: Reading, fromMs: number, tMs: number): [number, number][] => {
  const newest = Math.floor(tMs / SAMPLE_EVERY_MS)
  const oldest = Math.max(newest - MAX_SAMPLES + 1, Math.ceil(Math.max(0, fromMs) / SAMPLE_EVERY_MS))
  return Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, i) => {
    const atMs = (oldest + i) * SAMPLE_EVERY_MS
    return [tMs - atMs, reading(atMs)]
  })
}

interface Load {
  readonly cpu: Reading
  readonly memory: Reading
}

/** Total resource usage of a slot's programs. */
const loadOf = (slot: Slot, wave: Wave, draw: Draw): Load => {
  const { cpu, memoryMegabytes } = slot.service
  const size = draw.between(0.85, 1.15, 'memory', slot.key) * memoryMegabytes * MEGABYTE
  return {
    cpu: (tMs) => cpu * wave.at(tMs),
    memory: (tMs) => size * (0.93 + 0.05 * wave.at(tMs - WARM_UP_MS)),
  }
}

const warm = (span: Span, tMs: number): number => Math.min(1, 0.4 + (0.6 * (tMs - span.startMs)) / WARM_UP_MS)

/**
 * Simulates the metrics of one host.
 *
 * @param historyMs how far back samples go when none have been sent yet
 * @returns metrics at a given time, with the samples since `sinceMs`
 */
export const metricsOf = (
  machine: Machine,
  slots: readonly Slot[],
  processes: Processes,
  historyMs: number,
  draw: Draw,
): ((tMs: number, sinceMs?: number) => Metric[]) => {
  const loads = slots.map((slot) => ({
    slot,
    load: loadOf(slot, createWave(draw, [slot.shop?.index ?? 'hosts'], ['cpu', slot.key]), draw),
  }))
  const { cpus, memoryBytes } = machine
  const usualCpu = slots.reduce((sum, { service }) => sum + service.cpu, 0)
  const usualMemory = slots.reduce((sum, { service }) => sum + service.memoryMegabytes * MEGABYTE, 0)
  const wave = createWave(
    draw,
    [slots.find(({ shop }) => shop)?.shop?.index ?? 'hosts'],
    ['host', machine.index],
  )
  const hostCpu: Reading = (tMs) =>
    round(Math.min(96, (usualCpu / cpus) * wave.at(tMs) + 3 + 2 * Math.sin(tMs / 900)))
  const load: Reading = (tMs) => round((hostCpu(tMs) / 100) * cpus * 1.1)
  const hostReadings: readonly (readonly [string, Reading, number | undefined])[] = [
    [metrics.hostCpu, hostCpu, 100],
    [
      metrics.hostMemory,
      (tMs) =>
        Math.round(
          Math.min(0.94 * memoryBytes, (usualMemory + 0.06 * memoryBytes) * (0.97 + 0.03 * wave.at(tMs))),
        ),
      memoryBytes,
    ],
    [metrics.load1, load, cpus],
    [metrics.load5, (tMs) => load(Math.floor(tMs / 5000) * 5000), cpus],
    [metrics.load15, (tMs) => load(Math.floor(tMs / 15_000) * 15_000), cpus],
  ]

  return (tMs, sinceMs) => {
    // Start after the sample that was sent last.
    const fromMs =
      sinceMs === undefined ? tMs - historyMs : Math.floor(sinceMs / SAMPLE_EVERY_MS) * SAMPLE_EVERY_MS + 1
    const all: Metric[] = []
    const add = (node: string, id: string, reading: Reading, startMs: number, max?: number): void => {
      const samples = samplesOf(reading, Math.max(fromMs, startMs), tMs)
      all.push({ node, id, ...(max === undefined ? {} : { max }), samples })
    }
    for (const [id, reading, max] of hostReadings) add(hostNodeId(machine.id), id, reading, 0, max)
    for (const {
      slot,
      load: { cpu, memory },
    } of loads) {
      const span = slot.processLife.at(tMs).current
      const container = slot.shop && slot.life.at(tMs).current
      if (container !== undefined) {
        const node = containerNodeId(containerIdOf(slot, container, draw))
        const runs = (atMs: number): number => (slot.processLife.at(atMs).current === undefined ? 0.02 : 1)
        add(node, metrics.containerCpu, (at) => round(cpu(at) * runs(at)), container.startMs, 100 * cpus)
        add(
          node,
          metrics.containerMemory,
          (at) => Math.round(memory(at) * warm(container, at) * (runs(at) < 1 ? 0.1 : 1)),
          container.startMs,
          memoryBytes,
        )
      }
      if (span === undefined) continue
      for (const running of processes.of(slot, span)) {
        const share = shareOf(running, slot)
        const { id } = running
        add(id, metrics.processCpu, (at) => round(cpu(at) * share), span.startMs, 100 * cpus)
        add(
          id,
          metrics.processMemory,
          (at) => Math.round(memory(at) * share * warm(span, at)),
          span.startMs,
          memoryBytes,
        )
        add(id, metrics.processThreads, () => 1 + Math.round(share * slot.service.cpu), span.startMs)
        add(id, metrics.processOpenFiles, (at) => 12 + Math.round(share * cpu(at)), span.startMs, 1_048_576)
      }
    }
    return all
  }
}

const IDLE_SHARE = 0.03

const shareOf = ({ program }: Running, { service }: Slot): number => {
  if (program.idle) return IDLE_SHARE
  const working = service.programs.reduce((sum, { count = 1, idle }) => sum + (idle ? 0 : count), 0)
  const idle = service.programs.reduce((sum, one) => sum + (one.idle ? (one.count ?? 1) : 0), 0)
  return (1 - idle * IDLE_SHARE) / working
}
