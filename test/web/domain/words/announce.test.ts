import { describe, expect, it } from 'vitest'
import {
  nothingUntold,
  shownWords,
  tellNext,
  type Untold,
  withNodes,
} from '../../../../web/domain/words/announce.ts'

const labelled = (...labels: readonly string[]) => new Map(labels.map((label) => [label, { label }]))
/** All sentences, in the order in which they are told. */
const told = (untold: Untold): readonly string[] => {
  const next = tellNext(untold)
  return next ? [next.sentence, ...told(next.rest)] : []
}

describe('what is told to those who do not see the page', () => {
  it('is one sentence after the other, the most urgent first', () => {
    expect(
      told({ came: ['web'], went: [], findings: 'redis is slow', filter: '1 of 2', connection: 'lost' }),
    ).toEqual(['lost', '1 of 2', 'redis is slow', 'web came.'])
    expect(tellNext(nothingUntold)).toBeUndefined()
  })

  it('counts nodes, and names one that is alone', () => {
    const came = withNodes(nothingUntold, labelled('a'), labelled('a', 'b'))
    expect(told(came)).toEqual(['b came.'])
    const more = withNodes(came, labelled('a', 'b'), labelled('b', 'c', 'd'))
    expect(told(more)).toEqual(['3 nodes came, a went.'])
    expect(told(withNodes(more, labelled('b', 'c', 'd'), labelled()))).toEqual([
      '3 nodes came, 4 nodes went.',
    ])
  })

  it('does not say of nodes under a filter that they came or went: others match it now', () => {
    const changed = withNodes(nothingUntold, labelled('a', 'b'), labelled('b', 'c', 'd'), true)
    expect(told(changed)).toEqual(['2 nodes now shown, a no longer shown.'])
    const gone = withNodes(changed, labelled('b', 'c'), labelled(), true)
    expect(told(gone)).toEqual(['2 nodes now shown, 3 nodes no longer shown.'])
    // Once a filter was there, what is told is true of both.
    expect(told(withNodes(gone, labelled('e'), labelled(), false))).toEqual([
      '2 nodes now shown, 4 nodes no longer shown.',
    ])
    const rest = tellNext({ ...changed, findings: 'redis is slow' })?.rest ?? nothingUntold
    expect(told(rest)).toEqual(['2 nodes now shown, a no longer shown.'])
    expect(told(withNodes(tellNext(rest)?.rest ?? rest, labelled('a'), labelled()))).toEqual(['a went.'])
  })

  it('has nothing of nodes that stay', () => {
    expect(withNodes(nothingUntold, labelled('a'), labelled('a'))).toBe(nothingUntold)
  })

  it('says what a filter shows, and that there is none', () => {
    expect(shownWords({ text: 'web', matched: 3, hidden: 1200 }, 3)).toBe('3 of 1,203 shown.')
    expect(shownWords(undefined, 1)).toBe('All is shown: 1 node.')
  })
})
