import type { Controllable } from '../../../api/control.ts'
import type { ByteStream, Chunk } from '../../../channel/stream.ts'
import { CommandError, exitCode } from '../../options/usage-error.ts'
import { explain } from '../../run/expected-error.ts'
import { wantsColours } from '../../terminal/colours.ts'
import { harmless } from '../../terminal/harmless.ts'
import type { ControlRun } from '../control-run.ts'
import { openSession } from '../session/open-session.ts'
import { openStream } from '../session/open-stream.ts'
import { nameOf } from '../targets/describe.ts'
import { findTargets, type Target } from '../targets/find.ts'
import { logLines } from './log-lines.ts'
import { mergeLogs, type SourcedLine } from './merge.ts'
import { createPrinter, jsonLine } from './print.ts'

/** Most logs that are read at once; an app holds 128 sessions of one person. */
const MOST = 64
/** How long a line waits for older ones of other containers while logs go on. */
const HOLD_MS = 300
/** How long at first for the log of a container of which no line has come: one may be opened later than another. */
const BEGINS_WITHIN_MS = 2000

interface OpenLog {
  readonly node: Controllable
  readonly pipe: string
  readonly stream: ByteStream
}

/** Runs `scope logs QUERY`: reads the logs of what the query finds, merged by time. */
export const runLogs = async (run: ControlRun): Promise<number> => {
  const { asked, app, signal, nowMs, io, tell, env } = run
  // Reading harms nothing, so several are read without being asked for by --all.
  const targets = await findTargets(
    { ...asked, all: true },
    { app, signal, most: MOST, nowMs, ownPids: run.ownPids },
  )
  const logs: OpenLog[] = []
  let failed = 0
  const fail = (name: string, error: unknown): void => {
    failed++
    tell(`the log of ${name}: ${harmless(explain(error))}`)
  }
  const abort = (): void => {
    for (const { stream } of logs) stream.destroy(signal.reason as Error)
  }
  signal.addEventListener('abort', abort)
  try {
    await Promise.all(
      targets.map(async (target) => {
        try {
          logs.push(await open(target, run))
        } catch (error) {
          signal.throwIfAborted()
          if (!(error instanceof CommandError)) throw error
          fail(nameOf(target.node), error)
        }
      }),
    )
    signal.throwIfAborted()
    // Requests are answered in any order.
    const opened = logs.sort((a, b) => targets.findIndex(isOf(a)) - targets.findIndex(isOf(b)))
    const nodes = opened.map(({ node }) => node)
    const names = namesOf(nodes)
    const show = asked.json ? (line: SourcedLine) => Buffer.from(jsonLine(line, nodes)) : undefined
    const printer = (isTTY: boolean) =>
      show ??
      createPrinter({ names, timestamps: asked.timestamps, isTTY, colours: isTTY && wantsColours(env) })
    const print = { out: printer(io.output.isTTY), err: printer(io.errors.isTTY) }
    const merged = mergeLogs(
      opened.map(({ stream }) => logLines(stream as AsyncIterable<Chunk>)),
      {
        holdMs: asked.args.follow === 'true' ? HOLD_MS : Number.POSITIVE_INFINITY,
        ...{ beginsWithinMs: BEGINS_WITHIN_MS, nowMs },
        onError: (source, error) => {
          if (!signal.aborted) fail(names[source] ?? '', error)
        },
      },
    )
    for await (const lines of merged)
      for (const { lane, bytes } of runsOf(lines, print)) {
        const output = lane === 'err' && !asked.json ? io.errors : io.output
        await output.write(bytes)
      }
    signal.throwIfAborted()
    return failed === 0 ? exitCode.ok : exitCode.failed
  } finally {
    signal.removeEventListener('abort', abort)
    for (const { stream } of logs) stream.on('error', () => undefined).destroy()
    // What has ended by itself is told so, which harms nothing.
    await Promise.allSettled(logs.map(({ pipe }) => app.endPipe(pipe)))
  }
}

const isOf =
  ({ node }: OpenLog) =>
  (target: Target): boolean =>
    target.node === node

const open = async (
  { node, control }: Target,
  { asked, app, signal, tell }: ControlRun,
): Promise<OpenLog> => {
  if (control.refused !== undefined) throw new CommandError(control.refused)
  const { pipe } = await openSession({ app, signal, tell }, control, asked.args)
  if (pipe === undefined) throw new CommandError('the app has opened nothing')
  const { stream } = openStream(app, pipe, { onLost: tell, onBack: () => undefined })
  // No input: it is read only.
  stream.end()
  return { node, pipe, stream }
}

/** Names, with what tells those of the same name apart. */
const namesOf = (nodes: readonly Controllable[]): readonly string[] =>
  nodes.map((node) => {
    const isAlone = nodes.every((other) => other === node || other.label !== node.label)
    return isAlone ? nameOf(node) : `${nameOf(node)} ${harmless(node.labelMinor)}`.trim()
  })

/** Lines as bytes, those that go to the same output together. */
const runsOf = (
  lines: readonly SourcedLine[],
  print: Readonly<Record<'out' | 'err', (line: SourcedLine) => Buffer>>,
): { readonly lane: 'out' | 'err'; readonly bytes: Buffer }[] => {
  const runs: { readonly lane: 'out' | 'err'; readonly parts: Buffer[] }[] = []
  for (const line of lines) {
    const last = runs.at(-1)
    const part = print[line.lane](line)
    if (last?.lane === line.lane) last.parts.push(part)
    else runs.push({ lane: line.lane, parts: [part] })
  }
  return runs.map(({ lane, parts }) => ({ lane, bytes: Buffer.concat(parts) }))
}
