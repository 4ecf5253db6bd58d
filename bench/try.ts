import { generatedPages } from './corpus.ts'
import { prepareItem } from '#modules/commons/preparation.ts'
const t=performance.now(); const ls:Record<string,number>={}; const sizes:number[]=[]; let i=0
for (const p of generatedPages(2000)) { sizes.push(p.bytes.length); if(i++<3) console.log(p.bytes.toString().slice(0,900)); }
console.log('gen ms/page',(performance.now()-t)/2000); sizes.sort((a,b)=>a-b); console.log([.05,.25,.5,.75,.95,.99,.999].map(q=>sizes[Math.floor(q*sizes.length)]))
const t2=performance.now(); const titles=new Set(); const words=new Set(); let pr=0
for (const p of generatedPages(1000)) { const it=prepareItem(p.bytes.toString(),p.name); ls[it.language??'-']=(ls[it.language??'-']??0)+1; titles.add(it.title); for(const w of it.words.keys())words.add(w); pr+=it.problems.length; if(p.name.includes('0000000'))console.log(it.facets,it.summary,it.problems) }
console.log(ls,titles.size,words.size,pr,'prep ms/page',(performance.now()-t2)/1000)
