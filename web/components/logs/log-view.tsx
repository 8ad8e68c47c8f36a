import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from 'solid-js'
import { saveFile } from '../../data/save-file.ts'
import { commandFor, logKeys } from '../../domain/keys/keys.ts'
import { filterLines, isMatch, type LogFilter } from '../../domain/logs/find.ts'
import { fileOf } from '../../domain/logs/log-text.ts'
import { foundWords, goneLinesWords, nextMatch, noLinesWords } from '../../domain/logs/matches.ts'
import type { LogSince } from '../../domain/logs/since.ts'
import { stateTone, stateWords } from '../../domain/pipe/state-words.ts'
import type { LogSource, LogsRun } from '../../state/control/logs-run.ts'
import { Icon } from '../icon/icon.tsx'
import { LogLines } from './log-lines.tsx'
import './logs.css'

/** Props of {@link LogView}. */
export interface LogViewProps {
  readonly run: LogsRun
  readonly shown: boolean
  /** It is to take the focus; told each time that this is asked for. */
  readonly wanted: boolean
  readonly label: string
  readonly onLeave: () => void
}

const sinceWords: Readonly<Record<LogSince, string>> = {
  tail: 'Last 1,000 lines',
  '5m': 'Last 5 minutes',
  '1h': 'Last hour',
  all: 'All',
}
const streamWords = { both: 'Both outputs', out: 'Standard output', err: 'Error output' } as const

/** Logs: lines of one node or several, merged by time, with what narrows them down. */
export function LogView(props: LogViewProps): JSX.Element {
  const { run } = props
  const { find: text, lookFor: setText } = run
  const [onlyMatching, setOnlyMatching] = createSignal(false)
  const [streams, setStreams] = createSignal<LogFilter['streams']>('both')
  const [hidden, setHidden] = createSignal<ReadonlySet<string>>(new Set())
  const [times, setTimes] = createSignal(true)
  const [following, setFollowing] = createSignal(true)
  /** Id of the match gone to last; told each time, since somebody may have scrolled away from the only one. */
  const [current, setCurrent] = createSignal<number | undefined>(undefined, { equals: false })
  let search!: HTMLInputElement

  const lines = createMemo(() =>
    filterLines(run.lines(), {
      text: text(),
      onlyMatching: onlyMatching(),
      streams: streams(),
      hidden: hidden(),
    }),
  )
  const matches = createMemo(() => {
    const needle = text().toLowerCase()
    return needle === '' ? [] : lines().filter((line) => isMatch(line, needle))
  })
  createEffect(on(text, () => setCurrent(undefined)))
  createEffect(() => props.wanted && search.focus())

  const go = (step: 1 | -1) => {
    const next = nextMatch(matches(), current(), step)
    if (next) setCurrent(next.id)
  }
  const toggle = (nodeId: string) => {
    const next = new Set(hidden())
    if (!next.delete(nodeId)) next.add(nodeId)
    setHidden(next)
  }
  const labelOf = (nodeId: string) =>
    run.sources().find((source) => source.nodeId === nodeId)?.label ?? nodeId
  const download = () =>
    saveFile(props.label, 'log', 'text/plain', fileOf(lines(), labelOf, run.sources().length > 1))
  const onKey = (event: KeyboardEvent) => {
    const command = commandFor(logKeys, event)
    if (command === 'find') search.focus()
    else if (command === 'leave') props.onLeave()
    else if (command === 'follow' && !(event.target instanceof HTMLInputElement)) setFollowing(true)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(event.shiftKey ? 1 : -1)
    else if (event.key === 'Escape' && text() !== '') setText('')
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div class="logs" data-testid="logs" data-state={run.state().kind} on:keydown={onKey}>
      <div class="logs-bar">
        <input
          type="text"
          aria-label="Find in the lines"
          placeholder="Find"
          data-testid="log-find"
          ref={(element) => {
            search = element
          }}
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
          on:keydown={onSearchKey}
        />
        <span class="find-count" role="status" data-testid="log-found">
          {foundWords(text(), matches(), current())}
        </span>
        <Toggle
          label="Only matching lines"
          on={onlyMatching()}
          onToggle={() => setOnlyMatching(!onlyMatching())}
        />
        <select
          aria-label="From when on"
          data-testid="log-since"
          disabled={!run.canReadAgain()}
          onChange={(event) => {
            setFollowing(true)
            run.readSince(event.currentTarget.value as LogSince)
          }}
        >
          <For each={Object.entries(sinceWords)}>
            {([value, words]) => (
              <option value={value} selected={run.since() === value}>
                {words}
              </option>
            )}
          </For>
        </select>
        <select
          aria-label="Which output"
          data-testid="log-streams"
          onChange={(event) => setStreams(event.currentTarget.value as LogFilter['streams'])}
        >
          <For each={Object.entries(streamWords)}>
            {([value, words]) => <option value={value}>{words}</option>}
          </For>
        </select>
        <Toggle label="Times" on={times()} onToggle={() => setTimes(!times())} />
        <span class="logs-rest" />
        <button
          type="button"
          class="bar-button"
          aria-label="Download the lines"
          title="Download the lines that are shown"
          data-testid="log-download"
          onClick={download}
        >
          <Icon name="download" />
        </button>
      </div>
      <Show when={run.sources().length > 1}>
        <ul class="logs-sources">
          <For each={run.sources()}>
            {(source) => (
              <li>
                <SourceChip
                  source={source}
                  hidden={hidden().has(source.nodeId)}
                  onToggle={() => toggle(source.nodeId)}
                />
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div class="logs-body">
        <LogLines
          lines={lines()}
          sources={run.sources()}
          text={text()}
          current={current()}
          times={times()}
          shown={props.shown}
          following={following()}
          onFollow={setFollowing}
        />
        <Show when={lines().length === 0}>
          <p class="logs-none">{noLinesWords(run.lines().length > 0, run.state().kind === 'live')}</p>
        </Show>
        <Show when={!following()}>
          <button
            type="button"
            class="logs-end surface"
            data-testid="log-end"
            onClick={() => setFollowing(true)}
          >
            Jump to the end
          </button>
        </Show>
      </div>
      <p class="terminal-note" role="status" data-tone={run.state().kind} data-testid="log-note">
        <span>{[goneLinesWords(run.gone()), stateWords(run.state())].filter(Boolean).join(' ')}</span>
      </p>
    </div>
  )
}

function Toggle(props: {
  readonly label: string
  readonly on: boolean
  readonly onToggle: () => void
}): JSX.Element {
  return (
    <button type="button" class="logs-toggle" aria-pressed={props.on} onClick={() => props.onToggle()}>
      {props.label}
    </button>
  )
}

/** The name of a node in its colour; a press leaves its lines out. */
function SourceChip(props: {
  readonly source: LogSource
  readonly hidden: boolean
  readonly onToggle: () => void
}): JSX.Element {
  const words = () => stateWords(props.source.state())
  return (
    <button
      type="button"
      class="logs-source"
      data-testid="log-source"
      aria-pressed={!props.hidden}
      title={words() || (props.hidden ? 'Show its lines' : 'Leave its lines out')}
      onClick={() => props.onToggle()}
    >
      <i class="dot" data-colour={props.source.colour} />
      {props.source.label}
      <Show when={stateTone(props.source.state()) !== 'ok'}>
        <span class="logs-source-state">{words()}</span>
      </Show>
    </button>
  )
}
