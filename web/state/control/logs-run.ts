import { type Accessor, createEffect, createSignal, onCleanup, untrack } from 'solid-js'
import { hadNoAnswer, send } from '../../data/client.ts'
import { endPipe, openPipe, type Pipe, type PipeState } from '../../data/live/pipe.ts'
import { retry } from '../../data/retry.ts'
import { createLineReader } from '../../domain/logs/line-reader.ts'
import { createLogBook, type LogLine } from '../../domain/logs/log-book.ts'
import { type LogSince, logArguments } from '../../domain/logs/since.ts'
import { stateOfAll } from '../../domain/pipe/state-words.ts'
import { settings } from '../../settings.ts'
import type { KeptSession } from './kept.ts'
import type { OpenSession } from './open-session.ts'
import type { SessionToOpen } from './session-to-open.ts'

/** The log of one node, among others. */
export interface LogSource {
  readonly nodeId: string
  readonly label: string
  /** Number of its group colour, from 1 to 8. */
  readonly colour: number
  readonly state: Accessor<PipeState>
}

/** Logs of one node or several, merged, whether they are shown or not. */
export interface LogsRun {
  /** Of all of them together: ended when each of them has. */
  readonly state: Accessor<PipeState>
  readonly sources: Accessor<readonly LogSource[]>
  readonly lines: Accessor<readonly LogLine[]>
  /** Lines that are not held any more, because there were too many. */
  readonly gone: Accessor<number>
  readonly since: Accessor<LogSince>
  /** The text that is looked for in the lines, or empty. */
  readonly find: Accessor<string>
  lookFor(text: string): void
  /** Whether it can be read again from another time. */
  readonly canReadAgain: Accessor<boolean>
  /** Reads all again. */
  readSince(since: LogSince): void
  /** To go on in another window or after a reload. */
  kept(): KeptSession
  leave(): void
  end(): void
}

/** How often new lines are shown. */
const SHOW_MS = 100
const COLOURS = 8

interface Reading extends LogSource {
  readonly source: SessionToOpen
  /** The pipe that is read at the moment, or that was before while another one is being opened. */
  pipeId(): string
  stop(how: 'leave' | 'end'): void
}

/** Reads the logs of a session's nodes, also of those that join later. Belongs to the owner in which it is called. */
export function startLogs(session: OpenSession): LogsRun {
  const book = createLogBook(settings.logs.linesMost)
  const [shown, setShown] = createSignal<readonly LogLine[]>([])
  const [gone, setGone] = createSignal(0)
  const [since, setSince] = createSignal<LogSince>(session.kept?.since ?? 'tail')
  const [find, lookFor] = createSignal(session.kept?.find ?? '')
  const [readings, setReadings] = createSignal<readonly Reading[]>([])
  const colours = new Map<string, number>()
  let timer = 0
  let isOver = false

  const show = () => {
    timer = 0
    setShown(book.lines())
    setGone(book.gone())
  }
  const showSoon = () => {
    timer ||= window.setTimeout(show, SHOW_MS)
  }
  const colourOf = (nodeId: string): number => {
    const colour = colours.get(nodeId) ?? (colours.size % COLOURS) + 1
    colours.set(nodeId, colour)
    return colour
  }

  const read = (source: SessionToOpen, open: (isLeft: () => boolean) => Promise<string>): Reading => {
    const [state, setState] = createSignal<PipeState>({ kind: 'connecting' })
    const readers = {
      out: createLineReader(settings.logs.lineMost),
      err: createLineReader(settings.logs.lineMost),
    }
    let pipe: Pipe | undefined
    let pipeId = source.pipe
    let stopped: 'leave' | 'end' | undefined
    const add = (lane: 'out' | 'err', lines: ReturnType<(typeof readers)['out']['read']>) => {
      if (stopped || lines.length === 0) return
      book.add(source.nodeId, lane === 'err', lines)
      showSoon()
    }
    open(() => stopped !== undefined).then(
      (id) => {
        if (stopped) {
          // Nobody else knows of one that came too late.
          if (stopped === 'end' || id !== source.pipe) void endPipe(id)
          return
        }
        pipeId = id
        pipe = openPipe(id, {
          output(lane, bytes, done) {
            add(lane, readers[lane].read(bytes))
            done()
          },
          lost() {
            // Of a log nothing is shown elsewhere; what is missing can be read again.
          },
          state(now) {
            if (now.kind === 'ended')
              for (const lane of ['out', 'err'] as const) add(lane, readers[lane].end())
            setState(now)
          },
        })
      },
      (error: unknown) =>
        setState({ kind: 'ended', words: error instanceof Error ? error.message : String(error) }),
    )
    return {
      source,
      nodeId: source.nodeId,
      label: source.label,
      colour: colourOf(source.nodeId),
      state,
      pipeId: () => pipeId,
      stop(how) {
        stopped ??= how
        pipe?.[how]()
      },
    }
  }

  // A log that was opened although no answer came is ended by the app, since nobody looks at it.
  const openAgain = async (source: SessionToOpen, isLeft: () => boolean): Promise<string> => {
    const { probeId, nodeId, control } = source
    if (control === undefined) return source.pipe
    const open = async () => {
      if (isLeft()) throw new Error('the log was left')
      return send('post', '/api/control/{probeId}/{nodeId}/{control}', {
        path: { probeId, nodeId, control },
        body: logArguments(since(), settings.logs.tail),
      })
    }
    const answer = await retry(open, { pausesMs: settings.data.pipePausesMs, isPassing: hadNoAnswer })
    if (answer.pipe === undefined) throw new Error('the app opened no log')
    return answer.pipe
  }

  const readAgain = (source: SessionToOpen, isLeft: () => boolean): Promise<string> => {
    if (source.control !== undefined) void endPipe(source.pipe)
    return openAgain(source, isLeft)
  }

  // Of a session that was kept the pipes may have told their lines already, to a page that is gone.
  let isKept = session.kept !== undefined
  createEffect(() => {
    const sources = session.sources()
    untrack(() => {
      const before = readings()
      const stays = (source: SessionToOpen) => before.find((reading) => reading.source === source)
      for (const reading of before) if (!sources.includes(reading.source)) reading.stop('end')
      setReadings(
        sources.map(
          (source) =>
            stays(source) ??
            read(source, isKept ? (isLeft) => readAgain(source, isLeft) : async () => source.pipe),
        ),
      )
    })
  })
  queueMicrotask(() => {
    isKept = false
  })

  const stop = (how: 'leave' | 'end') => {
    if (isOver) return
    isOver = true
    window.clearTimeout(timer)
    for (const reading of readings()) reading.stop(how)
  }
  onCleanup(() => window.clearTimeout(timer))

  return {
    state: () => stateOfAll(readings().map((reading) => reading.state())),
    sources: readings,
    lines: shown,
    gone,
    since,
    find,
    lookFor,
    canReadAgain: () => session.sources().every(({ control }) => control !== undefined),
    readSince(from) {
      setSince(from)
      const sources = readings().map(({ source, stop: stopReading }) => {
        stopReading('end')
        return source
      })
      book.clear()
      show()
      setReadings(sources.map((source) => read(source, (isLeft) => openAgain(source, isLeft))))
    },
    kept: () => ({
      sources: readings().map(({ source, pipeId }) => ({ ...source, pipe: pipeId() })),
      since: since(),
      ...(find() !== '' && { find: find() }),
    }),
    leave: () => stop('leave'),
    end: () => stop('end'),
  }
}
