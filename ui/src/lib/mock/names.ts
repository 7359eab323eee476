// People who do not exist.
const first = "Ana Jonas Leonie Mehmet Priya Tomasz Ingrid Luís Chiara Kwame Yuki Fatima Sören Aoife Diego Nadia Oliver Zsófia Ravi Mei Emil Hannah Pauline Abebe Marta Viktor Sofia Lars Amélie Noor".split(" ");
const last = "Müller Weber Baptiste-Okafor Yılmaz Raghunathan Kowalczyk Lindqvist Ferreira Rossi Mensah Tanaka El-Amin Jørgensen Murphy Hernández Petrova Smith Szabó Gupta Chen Schwarzenberger-Leutheusser Fischer Dubois Tadesse Nowak Horváth Costa Nilsson Laurent Haddad".split(" ");
const departments = "Support|Design|Finance|Engineering|Field Operations|People|Legal|Sales EMEA|Kundenbetreuung DACH".split("|");

/** Small, even and repeatable. */
export function roll(n: number): number {
  let x = (n + 1) * 2654435761;
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519);
  x ^= x >>> 13;
  return (x >>> 0) / 4294967296;
}

const plain = (s: string) =>
  s.toLowerCase().replace(/ü/g, "ue").replace(/ö|ø/g, "oe").replace(/ı/g, "i").normalize("NFD").replace(/[\u0300-\u036f']/g, "");

export function someone(n: number) {
  const given = first[Math.floor(roll(n) * first.length)]!;
  const family = last[Math.floor(roll(n * 7 + 3) * last.length)]!;
  const turn = Math.floor(n / 900);
  return {
    id: `00u${(n + 46656 * 7).toString(36)}w${n}`,
    name: `${given} ${family}`,
    login: `${plain(given)}.${plain(family)}${turn || n > 30 ? n : ""}@northwind.example`,
    department: departments[Math.floor(roll(n * 11 + 5) * departments.length)]!,
  };
}
