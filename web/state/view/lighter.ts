import { createMemo } from 'solid-js'
import {
  type LighterWords,
  lighterWords,
  notThinned,
  type Thinned,
  thinned,
} from '../../domain/dense/lighter.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import { settings } from '../../settings.ts'

/** Which edges the map draws only while they are looked at. */
export interface LighterState {
  readonly thinned: () => Pick<Thinned, 'lighter' | 'placing'>
  /** What to say of them; undefined when there are none, whatever is drawn. */
  readonly words: () => LighterWords | undefined
}

/**
 * @param content what the map shows
 * @param areAllShown whether somebody wants to see all edges
 */
export function createLighter(content: () => LiveContent, areAllShown: () => boolean): LighterState {
  const decided = createMemo<Thinned>((before) => thinned(before, content(), settings.dense), notThinned)
  const words = createMemo(() => lighterWords(decided(), content().graph.edges.size, areAllShown()))
  return { thinned: () => (areAllShown() ? notThinned : decided()), words }
}
