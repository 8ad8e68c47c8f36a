import { describe, expect, it } from 'vitest'
import { columnsIn, withColumns } from '../../../../web/domain/table/kept-columns.ts'

describe('kept columns', () => {
  it('are those that were kept last for a view', () => {
    const kept = withColumns(withColumns(null, 'hosts', ['load']), 'containers', ['cpu', 'image'])
    expect(columnsIn(kept, 'hosts')).toEqual(['load'])
    expect(columnsIn(kept, 'containers')).toEqual(['cpu', 'image'])
    expect(columnsIn(withColumns(kept, 'hosts', ['uptime']), 'hosts')).toEqual(['uptime'])
  })

  it('are forgotten for one view alone', () => {
    const kept = withColumns(withColumns(null, 'hosts', ['load']), 'containers', [])
    expect(columnsIn(withColumns(kept, 'hosts', undefined), 'hosts')).toBeUndefined()
    expect(columnsIn(withColumns(kept, 'hosts', undefined), 'containers')).toEqual([])
  })

  it.each([null, '', '{', 'null', '7', '["hosts"]', '{"hosts":"cpu"}'])('%s holds none', (kept) => {
    expect(columnsIn(kept, 'hosts')).toBeUndefined()
    expect(columnsIn(withColumns(kept, 'hosts', ['load']), 'hosts')).toEqual(['load'])
  })

  it('are only names', () => {
    expect(columnsIn('{"hosts":["load",7,null]}', 'hosts')).toEqual(['load'])
    expect(columnsIn('{}', 'constructor')).toBeUndefined()
  })
})
