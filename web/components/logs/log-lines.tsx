import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import { spansOf } from '../../domain/logs/find.ts'
import { follows } from '../../domain/logs/following.ts'
import type { LogLine } from '../../domain/logs/log-book.ts'
import { clockOf, fullTimeOf } from '../../domain/logs/log-text.ts'
import { settings } from '../../settings.ts'
import type { LogSource } from '../../state/control/logs-run.ts'

/** Props of {@link LogLines}. */
export interface LogLinesProps {
  readonly lines: readonly LogLine[]
  readonly sources: readonly LogSource[]
  /** What is looked for. */
  readonly text: string
  /** Id of the match gone to last. */
  readonly current: number | undefined
  readonly times: boolean
  readonly shown: boolean
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
}

/** The lines of logs. Only those in view are in the page, so that fifty thousand cost no more than fifty. */
export function LogLines(props: LogLinesProps): JSX.Element {
  const { rowHeight, rowsBeyond } = settings.logs
  const [top, setTop] = createSignal(0)
  const [height, setHeight] = createSignal(0)
  let scroll!: HTMLDivElement
  /** The line at the upper edge, which stays there when lines come or go above it. */
  let anchor: { readonly id: number; readonly rest: number } | undefined

  const first = createMemo(() => Math.max(0, Math.floor(top() / rowHeight) - rowsBeyond))
  const rows = createMemo(() => {
    const most = Math.ceil(height() / rowHeight) + 2 * rowsBeyond
    return props.lines.slice(first(), first() + most)
  })
  const sourceOf = createMemo(() => new Map(props.sources.map((source) => [source.nodeId, source])))
  /** Where this was scrolled to when that was looked at last. */
  let noted = 0

  const drop = () => {
    noted = scroll.scrollTop
    const at = Math.floor(scroll.scrollTop / rowHeight)
    const line = props.lines[at]
    anchor = line && { id: line.id, rest: scroll.scrollTop - at * rowHeight }
    setTop(scroll.scrollTop)
  }
  const onScroll = () => {
    if (!props.shown) return
    const { scrollTop: top, clientHeight, scrollHeight: extent } = scroll
    const isFollowing = follows(noted, { top, height: clientHeight, extent }, rowHeight)
    drop()
    props.onFollow(isFollowing)
  }
  /** Whether somebody has scrolled up, of which the browser has not told yet. */
  const isLeft = () =>
    scroll.scrollTop < noted - 1 && scroll.scrollTop + scroll.clientHeight < scroll.scrollHeight - 1
  const goTo = (position: number) => {
    scroll.scrollTop = position
    drop()
  }

  onMount(() => {
    const observer = new ResizeObserver(() => {
      setHeight(scroll.clientHeight)
      if (props.following) goTo(scroll.scrollHeight)
    })
    observer.observe(scroll)
    onCleanup(() => observer.disconnect())
  })
  createEffect(
    on([() => props.lines, () => props.following, () => props.shown], ([lines, following, shown], before) => {
      // What is not shown is not scrolled anywhere.
      if (!shown) return
      if (following && before?.[1] && before[2] && isLeft()) return onScroll()
      if (following) return goTo(scroll.scrollHeight)
      const kept = anchor
      if (!kept) return
      const at = lines.findIndex(({ id }) => id === kept.id)
      goTo(at < 0 ? Math.min(scroll.scrollTop, scroll.scrollHeight) : at * rowHeight + kept.rest)
    }),
  )
  createEffect(
    on(
      () => props.current,
      (current) => {
        const at = props.lines.findIndex(({ id }) => id === current)
        if (current === undefined || at < 0) return
        props.onFollow(false)
        goTo(Math.max(0, at * rowHeight - scroll.clientHeight / 2))
      },
    ),
  )

  return (
    <div
      class="logs-scroll"
      role="log"
      tabindex="0"
      aria-label="Lines"
      aria-live="off"
      data-testid="log-lines"
      ref={(element) => {
        scroll = element
      }}
      on:scroll={onScroll}
    >
      <div class="logs-space" style={{ height: `${props.lines.length * rowHeight}px` }}>
        <div class="logs-rows" style={{ transform: `translateY(${first() * rowHeight}px)` }}>
          <For each={rows()}>
            {(line) => (
              <div
                class="log-line"
                data-testid="log-line"
                data-error={line.isError}
                data-current={line.id === props.current}
              >
                <Show when={props.times}>
                  <time title={fullTimeOf(line.at)}>{clockOf(line.at)}</time>
                </Show>
                <Show when={props.sources.length > 1}>
                  <span class="log-source" data-colour={sourceOf().get(line.source)?.colour}>
                    {sourceOf().get(line.source)?.label}
                  </span>
                </Show>
                <span class="log-stream">{line.isError ? 'err' : ''}</span>
                <span class="log-text">
                  <For each={spansOf(line, props.text)}>
                    {(span) =>
                      span.isHit ? (
                        <mark class={span.style}>{span.text}</mark>
                      ) : (
                        <span class={span.style}>{span.text}</span>
                      )
                    }
                  </For>
                </span>
              </div>
            )}
          </For>
        </div>
      </div>
    </div>
  )
}
