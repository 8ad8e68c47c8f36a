import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { resolveConfig } from 'vite'
import { expect, it } from 'vitest'
import { checkout } from '../../src/checkout.ts'

const read = (path: string) => readFileSync(join(checkout.root, path), 'utf8')

it('the page is built for production, whatever the environment says', async () => {
  expect(process.env.NODE_ENV).toBe('test')
  try {
    const config = await resolveConfig({ configFile: join(checkout.root, 'vite.config.ts') }, 'build')
    expect(config.isProduction).toBe(true)
    expect(config.resolve.conditions).not.toContain('development')
  } finally {
    process.env.NODE_ENV = 'test'
  }
})

/** The files that the page is made of: those of `web/`, and what they import, directly or not. */
const madeOf = (): ReadonlySet<string> => {
  const files = new Set(
    readdirSync(join(checkout.root, 'web'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join('web', file)),
  )
  for (const file of files)
    for (const [, path = ''] of read(file).matchAll(/^(?:import|export) (?!type)[^']*'(\.[^']+\.tsx?)'/gm))
      files.add(join(dirname(file), path))
  return files
}

it('set-up builds the page anew when something has changed that it is made of', () => {
  const [, looked = ''] = /find (web .*?) -newer "\$page_stamp"/.exec(read('tools/setup')) ?? []
  const folders = new Set([...madeOf()].map((file) => /^(?:src\/)?[^/]+/.exec(file)?.[0]))
  expect(folders).toContain('src/topology')
  expect(looked.split(' ')).toEqual(expect.arrayContaining([...folders]))
})
