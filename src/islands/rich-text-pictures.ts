import type { WritingWords } from '#ui/writing-words.ts'
import { askDescription } from './rich-text-dialog.ts'
import { problemWords, within } from './writing-telling.ts'

export interface Picture {
  src: string
  alt: string
}

export type Sender = (file: File) => Promise<Picture>

/** Pictures that are chosen, pasted or dropped: sent to where those of the page go, then put where they belong. */
export function pictures(
  options: { words: WritingWords; upload: Sender | null },
  say: (text: string) => void,
  put: (picture: Picture, at?: number) => void,
): { choose(): void; fromTransfer(transfer: DataTransfer | null, at?: number): boolean } {
  const { words, upload } = options
  return {
    choose() {
      const input = document.createElement('input')
      input.type = 'file'
      input.accept = 'image/*'
      input.addEventListener('change', () => send([...(input.files ?? [])]))
      input.click()
    },
    /** @returns whether there were pictures in it, and nothing besides that says more */
    fromTransfer(transfer, at) {
      const files = [...(transfer?.files ?? [])].filter(({ type }) => type.startsWith('image/'))
      // Word processors put a picture of the text beside the text.
      if (!upload || files.length === 0 || transfer?.types.includes('text/html')) return false
      send(files, at)
      return true
    },
  }

  async function send(files: File[], at?: number): Promise<void> {
    if (!upload) return
    for (const file of files) {
      say(words.sending)
      try {
        const picture = await upload(file)
        say('')
        const alt = await askDescription(words, '')
        // '' is a picture that says nothing to be put in words; null takes back that it was to be put there.
        if (alt !== null) put({ ...picture, alt }, at)
      } catch (error) {
        const why = error instanceof Refused ? error.message : ''
        say(why === '' ? words.notSent : within(problemWords(words, 'writing.problem.picture'), { why }))
      }
    }
  }
}

/** The server has not taken it, and says why. */
class Refused extends Error {}

/** Sends a file to where pictures of the page go, which answers where it is. @throws Refused */
export function sender(address: string): Sender {
  return async file => {
    const form = new FormData()
    form.set('file', file, file.name || 'image.png')
    const answer = await fetch(address, {
      method: 'POST',
      body: form,
      headers: { accept: 'application/json' },
    })
    const said = (await answer.json().catch(() => ({}))) as { src?: string; why?: string; detail?: string }
    if (!answer.ok) throw new Refused(said.why ?? said.detail ?? '')
    // Without the name of the host: it may come to have another.
    if (!said.src || !/^\/[a-z]{2}\/[\w-]+\/files\/[\w-]+$/.test(said.src))
      throw new Error('No address of a picture')
    return { src: said.src, alt: '' }
  }
}
