import { beforeEach } from 'vitest'
import { tellOfPages } from './page-witness.ts'

beforeEach(({ onTestFailed, task }) => {
  onTestFailed(async () => {
    const told = await tellOfPages()
    if (told !== '') console.log(`when "${task.name}" failed\n${told}`)
  })
})
