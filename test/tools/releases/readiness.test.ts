import { describe, expect, it } from 'vitest'
import { objections, releasedVersions } from '../../../tools/releases/readiness.ts'

const ready = {
  version: '1.2.3',
  versions: [
    { file: 'package-lock.json', version: '1.2.3' },
    { file: 'scope', version: '1.2.3' },
  ],
  changelog: '# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-01-31\n\n## 1.2.2\n',
  changes: '',
  taggedCommit: undefined,
  commit: 'a'.repeat(40),
}

describe('a checkout', () => {
  it('may be released when all of it is committed and the changelog knows the version', () => {
    expect(objections(ready)).toEqual([])
    expect(objections({ ...ready, taggedCommit: ready.commit })).toEqual([])
  })

  it.each([
    ['files are changed', { changes: ' M src/main.ts\n?? new.ts' }, '  ?? new.ts'],
    ['many are', { changes: Array.from({ length: 9 }, (_, n) => ` M ${n}`).join('\n') }, 'and 4 more'],
    ['the changelog has another version', { changelog: '## 1.2.2' }, 'no section "## 1.2.3"'],
    ['the version is unreleased', { changelog: '## Unreleased\n\n- 1.2.3' }, 'no section "## 1.2.3"'],
    [
      'a file has another version',
      { versions: [{ file: 'scope', version: '1.2.2' }] },
      'scope says 1.2.2, and package.json 1.2.3',
    ],
    ['a file has none', { versions: [{ file: 'scope', version: undefined }] }, 'scope says no version'],
    ['the version is a tag of another commit', { taggedCommit: 'b'.repeat(40) }, 'v1.2.3 is the tag of bbbb'],
  ])('must not be when %s', (_, facts, said) => {
    expect(objections({ ...ready, ...facts })).toEqual([expect.stringContaining(said)])
  })

  it('tells all reasons at once', () => {
    expect(objections({ ...ready, changes: ' M a', changelog: '' })).toHaveLength(2)
  })
})

it('finds versions in the titles of a changelog', () => {
  const changelog =
    '## Unreleased\n## 2.0.0-rc.1\n## [1.10.0] - 2026-01-31\n## 1.9.0 – 2025\n### 1.8.0\n 1.7.0'
  expect(releasedVersions(changelog)).toEqual(['2.0.0-rc.1', '1.10.0', '1.9.0'])
})
