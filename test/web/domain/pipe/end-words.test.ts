import { expect, it } from 'vitest'
import { endWords, goneWords } from '../../../../web/domain/pipe/end-words.ts'

it.each([
  [{ exit: { code: 0 } }, 'exit code 0'],
  [{ exit: { code: 1 } }, 'exit code 1'],
  [{ exit: { signal: 'SIGKILL' } }, 'ended by SIGKILL'],
  [{ reason: 'the container stopped' }, 'the container stopped'],
  [{ exit: { code: 137 }, reason: 'the container stopped' }, 'exit code 137, the container stopped'],
  [{ reason: 'x'.repeat(1000) }, 'x'.repeat(200)],
  [{}, 'ended'],
])('tells the end %j as "%s"', (ended, words) => expect(endWords(ended)).toBe(words))

it('tells apart why the app does not know a pipe', () => {
  expect(goneWords(60_000)).toContain('nobody looked')
  expect(goneWords(2_000)).toContain('restarted')
})
