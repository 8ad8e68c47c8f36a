import { afterAll, beforeAll, expect, it } from 'vitest'
import { calm, openBrowser } from '../../support/machine/browser.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { openStage, type Stage } from './stage.ts'
import { told } from './told.ts'

const LIMIT_MS = 300_000

/** Opens a link in a browser, as on another machine that has a tunnel, and waits for the map of whom it has signed in. */
const opensMap = async (url: string, path: string): Promise<void> => {
  const browser = await openBrowser()
  try {
    const page = await browser.newPage(calm)
    await page.goto(`${url}${path}`)
    await page.locator('[data-testid=stream][data-state=live]').waitFor()
    await page.getByTestId('account').filter({ hasText: 'owner' }).waitFor()
  } finally {
    await browser.close()
  }
}

/**
 * Defines tests that follow documents, one after the other, on one machine.
 *
 * @param paths of the documents, which have to be keys of `told`
 */
export const follow = (paths: readonly string[]): void => {
  describeWith(
    ['root', 'hosts', 'docker', 'ebpf', 'browser'],
    'the commands of documents do what is told',
    () => {
      let stage: Stage
      beforeAll(async () => {
        stage = await openStage()
      })
      afterAll(async () => {
        await stage?.close()
      })

      const here = paths.flatMap((path) =>
        (told[path] ?? [])
          .filter(({ way }) => way.kind !== 'elsewhere')
          .map((entry) => [path, entry.command, entry] as const),
      )
      it.each(here)('%s: %s', { timeout: LIMIT_MS }, async (_path, _command, entry) => {
        const { way } = entry
        if (way.kind === 'elsewhere') throw new Error('it is not run here')
        const { code, printed, complained } = await stage.run(entry)
        const wanted = way.code ?? 0
        expect({ code, said: code === wanted ? '' : `${printed}${complained}` }).toEqual({
          code: wanted,
          said: '',
        })
        if (way.kind === 'ends') expect(`${printed}${complained}`).toMatch(way.prints)
        if (entry.opensLink) await opensMap(stage.scope.url, /\/#code=\S+/.exec(printed)?.[0] ?? '')
      })
    },
  )
}
