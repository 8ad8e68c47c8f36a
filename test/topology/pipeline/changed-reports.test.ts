import { expect, test } from 'vitest'
import { changesIn } from '../../../src/topology/pipeline/changed-reports.ts'
import type { IndexedReport } from '../../../src/topology/pipeline/indexed-reports.ts'

const made = new Map<string, IndexedReport>()

/** A report for each letter, the same object for the same one. */
const reports = (letters: string): IndexedReport[] =>
  Array.from(letters, (probe) => {
    const known = made.get(probe) ?? ({ probe } as IndexedReport)
    made.set(probe, known)
    return known
  })

test.each([
  ['abc', 'abc', '', '', []],
  ['abc', 'aBc', 'b', 'B', [1]],
  ['abc', 'ABc', 'ab', 'AB', [0, 1]],
  ['', 'ab', '', 'ab', undefined],
  ['abc', 'ac', 'b', '', undefined],
  ['abc', 'abcd', '', 'd', undefined],
  ['abc', 'bcd', 'a', 'd', undefined],
  ['abc', 'acb', '', '', undefined],
])('from %s to %s', (before, now, gone, come, places) => {
  expect(changesIn(reports(before), reports(now))).toEqual({
    gone: reports(gone),
    come: reports(come),
    places,
  })
})
