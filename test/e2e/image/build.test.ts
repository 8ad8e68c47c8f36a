import { beforeAll, expect, it } from 'vitest'
import { ensureScopeImage, IMAGE_LIMIT_MS } from '../../support/image/build-image.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { describeWith } from '../../support/machine/requirements.ts'

describeWith(['root', 'docker'], 'the image', () => {
  let docker: TestDocker
  let image: string
  beforeAll(async () => {
    docker = await openTestDocker()
    image = await ensureScopeImage(docker)
    return () => docker.close()
  }, IMAGE_LIMIT_MS)

  it('tells its version', async () => {
    expect(await docker.docker('run', '--rm', image, 'version')).toMatch(/^scope \d+\.\d+\.\d+$/)
  })
})
