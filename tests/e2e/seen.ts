/** What eyes meet on a page. What runs inside of it is whole in itself. */
import type { Page } from 'playwright-core'

export type Box = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** How wide the page is, how much of its middle is cut off, and where the fixed things stand. */
export function sizes() {
  const box = (element: Element | null) => {
    const { x, width, height } = element?.getBoundingClientRect() ?? { x: -1, width: 0, height: 0 }
    return { x, width, height }
  }
  const main = document.querySelector('main')
  return {
    page: document.documentElement.scrollWidth,
    cut: main ? Math.max(0, main.scrollWidth - main.clientWidth) : -1,
    strip: box(document.querySelector('[data-strip]')),
    buttons: [...document.querySelectorAll('footer button')].map((button) => ({
      ...box(button),
      y: button.getBoundingClientRect().y,
    })),
  }
}

/** Texts that are set smaller than 12 pixels. */
export function smallText(): string[] {
  const found: string[] = []
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
    )
    if (own && parseFloat(getComputedStyle(element).fontSize) < 12)
      found.push((element.textContent ?? '').slice(0, 40))
  }
  return found
}

/** Texts with less than 4.5 to 1 of contrast (WCAG 2.2, 1.4.3), what cannot be pressed apart. */
export function faintText(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const known = new Map<string, number[]>()
  const rgba = (color: string): number[] => {
    const before = known.get(color)
    if (before) return before
    if (!canvas) return [0, 0, 0, 0]
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    const drawn = [...canvas.getImageData(0, 0, 1, 1).data]
    known.set(color, drawn)
    return drawn
  }
  const luminance = ([r = 0, g = 0, b = 0]: number[]): number => {
    const line = [r, g, b].map((part) => {
      const share = part / 255
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return (line[0] ?? 0) * 0.2126 + (line[1] ?? 0) * 0.7152 + (line[2] ?? 0) * 0.0722
  }
  const backgroundOf = (element: Element): number[] => {
    for (let at: Element | null = element; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor)
      if ((color[3] ?? 0) > 250) return color
    }
    return [255, 255, 255, 255]
  }
  const found: string[] = []
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
    )
    const { width } = element.getBoundingClientRect()
    if (!own || width < 2 || element.closest('[aria-disabled=true]')) continue
    const [a, b] = [rgba(getComputedStyle(element).color), backgroundOf(element)].map(luminance)
    const ratio = (Math.max(a ?? 0, b ?? 0) + 0.05) / (Math.min(a ?? 0, b ?? 0) + 0.05)
    if (ratio < 4.5)
      found.push(`${ratio.toFixed(2)}: ${(element.textContent ?? '').trim().slice(0, 40)}`)
  }
  return found
}

/** How much of a page is beside what is seen, or below what should scroll by itself. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement
    return Math.max(scrollWidth - clientWidth, scrollHeight - clientHeight)
  })

/** A screenshot as pixels: a browser reads its own pictures. */
export async function pixelsOf(page: Page) {
  const png = (await page.screenshot()).toString('base64')
  const blank = await page.context().newPage()
  const { width, height, text } = await blank.evaluate(async (data) => {
    const picture = new Image()
    picture.src = `data:image/png;base64,${data}`
    await picture.decode()
    const canvas = document.createElement('canvas')
    canvas.width = picture.width
    canvas.height = picture.height
    const pen = canvas.getContext('2d')
    pen?.drawImage(picture, 0, 0)
    const bytes = pen?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
    let all = ''
    for (const byte of bytes) all += String.fromCharCode(byte)
    return { width: canvas.width, height: canvas.height, text: btoa(all) }
  }, png)
  await blank.close()
  return { width, height, data: Uint8Array.from(Buffer.from(text, 'base64')) }
}
