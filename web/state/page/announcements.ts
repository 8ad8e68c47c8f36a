import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { StreamState } from '../../data/live/view-stream.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import {
  connectionWords,
  nothingUntold,
  shownWords,
  tellNext,
  type Untold,
  withNodes,
} from '../../domain/words/announce.ts'
import { settings } from '../../settings.ts'

/** What {@link createAnnouncements} tells of. */
export interface AnnouncementSources {
  readonly content: () => LiveContent
  readonly stream: () => StreamState
  /** What is to be told of findings. */
  readonly findings: () => string
}

/**
 * What a screen reader is to tell of what changes by itself, or because of a filter: at most one sentence every few seconds.
 * Nodes that come and go while the map stands still are told together when it goes on.
 */
export function createAnnouncements(sources: AnnouncementSources): () => string {
  const [sentence, setSentence] = createSignal('')
  let untold: Untold = nothingUntold
  let timer: number | undefined
  onCleanup(() => window.clearTimeout(timer))

  const tell = () => {
    const next = tellNext(untold)
    timer = next && window.setTimeout(tell, settings.announcements.everyMs)
    if (!next) return
    untold = next.rest
    // A sentence that is told again has to differ, or else it would not be.
    setSentence((before) => (before === next.sentence ? `${next.sentence}\u00a0` : next.sentence))
  }
  const add = (more: Untold) => {
    untold = more
    if (tellNext(untold)) timer ??= window.setTimeout(tell, settings.announcements.gatherMs)
  }

  createEffect(
    on(sources.content, (now, earlier) => {
      if (!now.loaded || !earlier?.loaded || now.view !== earlier.view) return
      if (now.query?.text !== earlier.query?.text)
        add({ ...untold, filter: shownWords(now.query, now.graph.nodes.size) })
      // What other options add or remove neither came nor went.
      else if (now.asked === earlier.asked)
        add(withNodes(untold, earlier.graph.nodes, now.graph.nodes, now.query !== undefined))
    }),
  )
  createEffect(
    on(sources.stream, (now, before) => {
      const isBack = now === 'live' && before !== undefined && before !== 'connecting'
      if (isBack || now === 'reconnecting' || now === 'stale')
        add({ ...untold, connection: connectionWords[now] })
    }),
  )
  createEffect(on(sources.findings, (findings) => add({ ...untold, findings })))
  return sentence
}
