import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createOwnDaemon, openTestDocker } from './docker.ts'
import { describeWith } from './requirements.ts'

const run = promisify(execFile)

describeWith(['docker'], 'a daemon that several tests begin to use at once', () => {
  test('gets one image, whose name then stays where it is', async () => {
    const daemon = await createOwnDaemon(true)
    try {
      await daemon.start()
      const { host } = daemon
      const users = await Promise.all([1, 2, 3].map(() => openTestDocker({ host })))
      const { stdout } = await run('docker', ['-H', host, 'images', '--all', '--quiet'])
      expect(stdout.trim().split('\n')).toHaveLength(1)
      await Promise.all(users.map((user) => user.close()))
    } finally {
      await daemon.close()
    }
  })
})
