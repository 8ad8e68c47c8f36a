import { saveFile } from '../../data/save-file.ts'

/** The longest side of a picture in pixels; a larger one is scaled down. */
const PIXELS_MOST = 8_000

/** Saves a picture of the map. @param name what it is of */
export async function savePicture(format: 'svg' | 'png', name: string, svg: string): Promise<void> {
  if (format === 'svg') return saveFile(name, 'svg', 'image/svg+xml', svg)
  saveFile(name, 'png', 'image/png', await toPng(svg))
}

/** Draws an SVG document with two pixels for each of its own, where that is not too large. */
async function toPng(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const scale = Math.min(2, PIXELS_MOST / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.width * scale)
  canvas.height = Math.round(image.height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture is too large.'))))
  })
}
