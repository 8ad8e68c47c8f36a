import { createMemo, createSignal, For, type JSX, Show, untrack } from 'solid-js'
import type { Graph } from '../../domain/graph/graph.ts'
import { breakable, foundTopics, type HelpTopic } from '../../domain/keys/help-topics.ts'
import {
  gridWords,
  logWords,
  mapWords,
  markedWords,
  pageWords,
  searchWords,
  terminalWords,
} from '../../domain/keys/key-words.ts'
import {
  gridKeys,
  type KeyCommand,
  logKeys,
  mapKeys,
  markedKeys,
  pageKeys,
  pressWords,
  searchKeys,
  terminalKeys,
} from '../../domain/keys/keys.ts'
import { queryTopics } from '../../domain/keys/query-topics.ts'
import { Icon } from '../icon/icon.tsx'
import { Modal } from '../modal/modal.tsx'
import './help.css'

/** Props of {@link Help}. */
export interface HelpProps {
  readonly open: boolean
  /** The view that is shown. */
  readonly graph: Graph
  readonly onClose: () => void
}

/** What keys do in one place, told by the table that decides it. */
function keyLines<Id extends string>(
  commands: readonly KeyCommand<Id>[],
  words: Readonly<Record<Id, string>>,
): HelpTopic['lines'] {
  return commands.map(({ id, presses }) => ({
    keys: presses.filter(({ untold }) => !untold).map(pressWords),
    does: words[id],
  }))
}

const topics: readonly HelpTopic[] = [
  { title: 'Keys', lines: keyLines(pageKeys, pageWords) },
  { title: 'On the map', lines: keyLines(mapKeys, mapWords) },
  { title: 'In the search box', lines: keyLines(searchKeys, searchWords) },
  {
    title: 'In the table',
    lines: [...keyLines(gridKeys, gridWords), ...keyLines(markedKeys, markedWords)],
  },
  { title: 'In a terminal', lines: keyLines(terminalKeys, terminalWords) },
  { title: 'In logs', lines: keyLines(logKeys, logWords) },
  {
    title: 'Queries',
    lines: [
      { keys: ['redis', '"fast lane"'], does: 'A text anywhere, or words as they stand' },
      { keys: ['name:web*'], does: 'By field; * stands for anything' },
      { keys: ['label.tier:db'], does: 'By label' },
      { keys: ['mem>=1.5g'], does: 'By numbers, with units' },
      { keys: ['to:db rtt>20ms'], does: 'Connections, with both their ends' },
      { keys: ['open>=300'], does: 'Who holds that many connections' },
      { keys: ['listen:* used:never'], does: 'Where somebody listens and nobody came' },
      { keys: ['a or b', '-is:paused'], does: 'Either; without' },
    ],
  },
  {
    title: 'Mouse and touch',
    lines: [
      { keys: ['Click'], does: 'Open a node, or an edge with its connections' },
      {
        keys: ['Double click'],
        does: 'Let go of a pinned node; open a group that is not pinned; in the background of an open one, close it',
      },
      { keys: ['Right click', 'Long press'], does: 'The menu of a node, with what can be done to it' },
      { keys: ['Drag'], does: 'Move the map; move a node, which is pinned where it is put' },
      { keys: ['Ctrl click', '⇧ click'], does: 'In the table, mark a row, or all rows up to it' },
      { keys: ['Wheel', 'Pinch'], does: 'Zoom' },
      { keys: ['Hover'], does: 'Light up what a node talks to; read an edge’s numbers' },
    ],
  },
  {
    title: 'Edges',
    lines: [
      { keys: ['→'], does: 'Runs from client to server' },
      { keys: ['Wide'], does: 'Many bytes per second' },
      { keys: ['Dashes'], does: 'Traffic now, faster with more; on a red edge, attempts' },
      {
        keys: ['Red'],
        does: 'Connections fail, at the end with the gap: the more of the line, the more of them',
      },
    ],
  },
]

/**
 * A dialog that explains keys, gestures, edges, and what a query can ask of the view that is shown, in columns, with a box that finds lines. Escape or a
 * press outside of it closes it.
 */
export function Help(props: HelpProps): JSX.Element {
  const [text, setText] = createSignal('')
  // As the view is when the help is opened: lines would else change while they are read.
  const all = createMemo<readonly HelpTopic[]>(
    (before) => (props.open ? [...topics, ...untrack(() => queryTopics(props.graph))] : before),
    topics,
  )
  const found = () => foundTopics(all(), text())
  return (
    <Modal open={props.open} label="Keys and gestures" class="help" testId="help" onClose={props.onClose}>
      <div class="help-head">
        <input
          type="search"
          class="help-find"
          aria-label="Find a key, a gesture or a field"
          placeholder="Find"
          data-testid="help-find"
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="button" class="card-close" aria-label="Close" onClick={() => props.onClose()}>
          <Icon name="close" />
        </button>
      </div>
      <div class="help-body">
        <For each={found()}>
          {(topic) => (
            <section>
              <h2>{topic.title}</h2>
              <dl>
                <For each={topic.lines}>
                  {(line) => (
                    <div>
                      <dt>
                        <For each={line.keys}>{(key) => <kbd>{key}</kbd>}</For>
                      </dt>
                      <dd>
                        <For each={breakable(line.does)}>
                          {(piece, at) => (
                            <>
                              <Show when={at() > 0}>
                                <wbr />
                              </Show>
                              {piece}
                            </>
                          )}
                        </For>
                      </dd>
                    </div>
                  )}
                </For>
              </dl>
            </section>
          )}
        </For>
        <Show when={found().length === 0}>
          <p role="status">Nothing here says that.</p>
        </Show>
      </div>
    </Modal>
  )
}
