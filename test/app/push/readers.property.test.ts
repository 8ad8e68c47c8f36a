import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Channel, type ChannelSource } from '../../../src/app/push/channel.ts'
import type { Outlet } from '../../../src/app/push/outlet.ts'
import { Pacer } from '../../../src/app/push/pacer.ts'
import type { ShownView } from '../../../src/app/views/encode.ts'
import { frameSource } from '../../../src/app/views/frame-source.ts'
import { Renders } from '../../../src/app/views/renders.ts'
import { viewSource } from '../../../src/app/views/view-source.ts'
import type { HeldReport } from '../../../src/topology/held-report.ts'
import { Pipeline } from '../../../src/topology/pipeline/pipeline.ts'
import { parseQuery } from '../../../src/topology/query/language/parse.ts'
import { expectSame } from '../../support/expect-same.ts'
import { groupedWorlds, translatedWorlds } from '../../topology/pipeline/arbitrary-worlds.ts'
import { after, type Step, step } from '../../topology/pipeline/steps.ts'
import { type Asked, everyView, simulatedWorld, type World } from '../../topology/pipeline/worlds.ts'
import { type Protocol, Reader, saidBy } from './readers.ts'

const PAUSE_MS = 100
const HEARTBEAT_MS = 1000
const MAX_BUFFERED_BYTES = 4000

/** Fast ones read what there is at once, late ones when they get to it, and blocked ones nothing. */
type Pace = 'fast' | 'late' | 'blocked'

type Does =
  | { readonly does: 'report'; readonly step: Step }
  | { readonly does: 'join'; readonly protocol: Protocol; readonly pace: Pace }
  | { readonly does: 'change pace'; readonly reader: number; readonly pace: Pace }
  | { readonly does: 'get room' | 'lose room' | 'reconnect' | 'leave' | 'close'; readonly reader: number }
  | { readonly does: 'read'; readonly reader: number; readonly frames: number }
  | { readonly does: 'wait'; readonly ms: number }

const protocol = fc.constantFrom<Protocol>('scope.view.v2', 'v1')
const pace = fc.constantFrom<Pace>('fast', 'fast', 'late', 'blocked')
const reader = fc.nat(7)

const does: fc.Arbitrary<Does> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('report' as const), step }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('join' as const), protocol, pace }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('change pace' as const), reader, pace }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom('get room' as const, 'lose room', 'reconnect', 'leave', 'close'),
      reader,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('read' as const),
      reader,
      frames: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1200 }) }),
  },
)

/** A view as somebody watches it. */
interface Watched extends Asked {
  readonly query: string | undefined
}

const watched: fc.Arbitrary<Watched> = fc
  .tuple(
    fc.constantFrom(...everyView),
    fc.option(fc.constantFrom('web', 'name:db', 'is:pseudo', 'port:80', 'to:web', 'failed>0', '-is:group'), {
      nil: undefined,
    }),
  )
  .map(([{ view, options }, query]) => ({ view, options, query }))

/** One socket of the app, and who is at its other end. */
interface Socket {
  readonly reader: Reader
  readonly outlet: Outlet
  pace: Pace
}

/** What the app does for those who watch one view by one protocol, as `Push` does it. */
class Line {
  readonly protocol: Protocol
  readonly #current: () => ShownView
  readonly #said: (protocol: Protocol) => unknown
  readonly #pacer: Pacer
  #channel: Channel<ShownView> | undefined
  #latest: ShownView | undefined
  /** What the view said in each state of the channel, made from the reports of that moment alone. */
  #states: unknown[] = []

  constructor(
    protocol: Protocol,
    current: () => ShownView,
    said: (protocol: Protocol) => unknown,
    pacer: Pacer,
  ) {
    this.protocol = protocol
    this.#current = current
    this.#said = said
    this.#pacer = pacer
  }

  add(pace: Pace): Socket {
    const made = new Reader(this.protocol, () => this.#states.length - 1)
    const socket: Socket = { reader: made, outlet: made.outlet(MAX_BUFFERED_BYTES), pace }
    made.isBlocked = pace === 'blocked'
    this.#channel ??= this.#open()
    this.#channel.add(socket.outlet)
    return socket
  }

  remove({ outlet }: Socket): void {
    this.#channel?.remove(outlet)
    if (this.#channel?.size === 0) this.#channel = undefined
  }

  notify(): void {
    this.#channel?.notify()
  }

  /** What a reader must have in a state. */
  saidIn(state: number): unknown {
    return this.#states[state]
  }

  close(): void {
    this.#channel?.close()
  }

  #open(): Channel<ShownView> {
    const current = (): ShownView => {
      const now = this.#current()
      if (now !== this.#latest || this.#states.length === 0) this.#states.push(this.#said(this.protocol))
      this.#latest = now
      return now
    }
    const source: ChannelSource<ShownView> =
      this.protocol === 'v1' ? viewSource(current) : frameSource(current)
    return new Channel({
      ...source,
      pauseMs: PAUSE_MS,
      heartbeatMs: HEARTBEAT_MS,
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      nowMs: () => performance.now(),
      failed: (error) => {
        throw error
      },
      pacer: this.#pacer,
    })
  }
}

const expectAllHold = (world: World, { view, options, query }: Watched, all: readonly Does[]): void => {
  const filter = query === undefined ? undefined : { text: query, query: parseQuery(query) }
  let byHost: ReadonlyMap<number, HeldReport> = new Map()
  let held: readonly HeldReport[] = []
  const renders = new Renders(
    () => held,
    () => new Pipeline(),
  )
  const fromScratch = (): ShownView => {
    const pipeline = new Pipeline()
    return filter ? pipeline.filtered(view, options, filter, held) : pipeline.view(view, options, held)
  }
  const pacer = new Pacer({ turnMs: 10, nowMs: () => performance.now() })
  const current = () => renders.get(view, options, filter).view
  const said = (protocol: Protocol) => saidBy(protocol, fromScratch())
  const lines = new Map<Protocol, Line>(
    (['scope.view.v2', 'v1'] as const).map((one) => [one, new Line(one, current, said, pacer)]),
  )
  const lineOf = ({ reader: { protocol } }: Socket): Line => lines.get(protocol) as Line
  let sockets: Socket[] = []

  const readOne = (socket: Socket): boolean => {
    const state = socket.reader.read()
    if (state === undefined) return false
    expectSame(socket.reader.has, lineOf(socket).saidIn(state))
    return true
  }
  const readAll = (): void => {
    for (const socket of sockets) if (socket.pace === 'fast') while (readOne(socket));
  }
  const pass = (ms: number): void => {
    // In small steps, so that those who read do so while frames come.
    for (let left = ms; left > 0; left -= PAUSE_MS) {
      vi.advanceTimersByTime(Math.min(left, PAUSE_MS))
      readAll()
    }
  }
  const chosen = (number: number): Socket | undefined => sockets[number % Math.max(1, sockets.length)]
  const leave = (socket: Socket): void => {
    lineOf(socket).remove(socket)
    sockets = sockets.filter((one) => one !== socket)
  }

  for (const one of all) {
    const socket = 'reader' in one ? chosen(one.reader) : undefined
    switch (one.does) {
      case 'report':
        byHost = after(byHost, world, one.step)
        held = [...byHost.values()]
        for (const line of lines.values()) line.notify()
        break
      case 'join':
        sockets.push((lines.get(one.protocol) as Line).add(one.pace))
        break
      case 'wait':
        pass(one.ms)
        break
      case 'change pace':
        if (socket === undefined) break
        socket.pace = one.pace
        socket.reader.isBlocked = one.pace === 'blocked'
        break
      case 'read':
        if (socket !== undefined && socket.pace !== 'blocked')
          for (let frames = one.frames; frames > 0 && readOne(socket); frames--);
        break
      case 'get room':
      case 'lose room':
        if (socket !== undefined) socket.reader.hasRoom = one.does === 'get room'
        break
      case 'close':
        // It is closed already, which the app does not know yet.
        if (socket !== undefined) socket.reader.isOpen = false
        break
      case 'leave':
      case 'reconnect':
        if (socket === undefined) break
        // What was under way is lost.
        leave(socket)
        if (one.does === 'reconnect') sockets.push(lineOf(socket).add(socket.pace))
    }
    readAll()
  }

  // In the end all are as fast as they can be, but for those who are gone.
  for (const socket of sockets.filter(({ reader: { isOpen } }) => !isOpen)) leave(socket)
  for (const socket of sockets) {
    socket.pace = 'fast'
    socket.reader.isBlocked = false
    socket.reader.hasRoom = true
  }
  pass(3 * HEARTBEAT_MS)
  for (const { reader: one } of sockets) {
    expect(one.waiting).toBe(0)
    expectSame(one.has, said(one.protocol))
  }
  for (const line of lines.values()) line.close()
  pacer.stop()
}

describe('whoever reads has what the view says, whenever they came and however slowly they read', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const steps = fc.array(does, { minLength: 5, maxLength: 30 })

  test('of a world that goes on', () => {
    const world = simulatedWorld(3, 4)
    fc.assert(
      fc.property(watched, steps, (one, all) => expectAllHold(world, one, all)),
      { numRuns: 60 },
    )
  })

  test('of random hosts, containers and groups', () => {
    fc.assert(fc.property(groupedWorlds, watched, steps, expectAllHold))
  })

  test('of hosts with NAT, published ports and the same private networks', () => {
    fc.assert(fc.property(translatedWorlds, watched, steps, expectAllHold))
  })
})
