import { describe, expect, it } from 'vitest'
import { toCsv, toTabs } from '../../../../web/domain/table/export.ts'

describe('what is copied or saved', () => {
  it('is CSV with quotes where they are needed', () => {
    const rows = [['web, 1', 'say "hi"', 'two\nlines', '']]
    expect(toCsv({ heads: ['Name', 'CPU'], rows })).toBe(
      'Name,CPU\r\n"web, 1","say ""hi""","two\nlines",\r\n',
    )
  })

  it('is lines with tabs in which no cell has one', () => {
    expect(toTabs({ heads: ['Name', 'Command'], rows: [['web', 'a\tb\nc']] })).toBe(
      'Name\tCommand\nweb\ta b c',
    )
  })

  it.each([
    ['=HYPERLINK("http://x")', `'=HYPERLINK("http://x")`],
    ['@SUM(1)', `'@SUM(1)`],
    ['-2+3', `'-2+3`],
    ['-2.5', '-2.5'],
    ['a=b', 'a=b'],
  ])('holds no formulas: %s', (text, cell) => {
    expect(toTabs({ heads: [], rows: [[text]] })).toBe(`\n${cell}`)
  })
})
