"""Pages on which nobody has written an article, as sites make them."""

from __future__ import annotations

_TOP = (
    "<header><a href=/>{site}</a><nav><ul><li><a href=/a>{one}</a><li><a href=/b>{two}</a></ul>"
    "</nav></header>"
)
_FOOT = "<footer><p>© 2024 {site}</p><ul><li><a href=/i>{one}</a></ul></footer>"


def _page(title: str, site: str, body: str, one: str = "News", two: str = "About") -> str:
    around = {"site": site, "one": one, "two": two}
    return (
        f"<!doctype html><html><head><title>{title} – {site}</title></head><body>"
        f"{_TOP.format(**around)}{body}{_FOOT.format(**around)}</body></html>"
    )


def _links(*titles: str) -> str:
    return "".join(f"<li><a href='/s/{n}'>{title}</a></li>" for n, title in enumerate(titles))


def _cards(*cards: tuple[str, str], more: str = "Read more") -> str:
    return "".join(
        f"<div class=card><a href='/s/{n}'><img src='/i/{n}.jpg' alt=''></a>"
        f"<h3><a href='/s/{n}'>{title}</a></h3><p>{text}</p>"
        f"<a class=more href='/s/{n}'>{more}</a></div>"
        for n, (title, text) in enumerate(cards)
    )


PAGES: dict[str, str] = {
    "a list of links, English": _page(
        "Archive", "The Fen Courier",
        "<main><h1>Archive: June</h1><ul>" + _links(
            "Ferry timetable changes again", "School roof is mended at last",
            "Council votes on the market square", "Three owls found in a chimney",
            "Bridge closed until Thursday", "New baker for the old bakery",
            "Rain, and then more of it", "Choir looks for two tenors",
        ) + "</ul><a href=?page=2>Older</a></main>",
    ),
    "cards of teasers, English": _page(
        "Home", "The Fen Courier",
        "<main>" + _cards(
            ("Ferry timetable changes again", "From Monday the first boat leaves at six."),
            ("School roof is mended at last", "Pupils return to their own rooms."),
            ("Council votes on the square", "A narrow majority wants benches."),
            ("Three owls found in a chimney", "They are doing well, says the vet."),
            ("Bridge closed until Thursday", "Drivers should go by way of Marsh End."),
            ("New baker for the old bakery", "Rolls are to be had from Saturday."),
        ) + "</main>",
    ),
    "cards of teasers, German": _page(
        "Startseite", "Moorbote",
        "<main>" + _cards(
            ("Fähre fährt wieder früher", "Ab Montag legt das erste Boot um sechs ab."),
            ("Schuldach endlich dicht", "Die Klassen kehren in ihre Räume zurück."),
            ("Rat stimmt über den Markt ab", "Eine knappe Mehrheit wünscht sich Bänke."),
            ("Drei Eulen im Schornstein", "Es geht ihnen gut, sagt die Tierärztin."),
            ("Brücke bis Donnerstag gesperrt", "Die Umleitung führt über Moorende."),
            more="Weiterlesen",
        ) + "</main>", "Nachrichten", "Über uns",
    ),
    "a listing, Polish": _page(
        "Aktualności", "Kurier z Bagien",
        "<div id=content><h1>Aktualności</h1><ul class=lista>" + _links(
            "Prom odpływa wcześniej", "Dach szkoły wreszcie naprawiony",
            "Rada głosuje w sprawie rynku", "Trzy sowy w kominie",
            "Most zamknięty do czwartku", "Nowy piekarz w starej piekarni",
        ) + "</ul></div>", "Wiadomości", "O nas",
    ),
    "a listing, Japanese": _page(
        "記事一覧", "沼の便り",
        "<main><h1>記事一覧</h1><ul>" + _links(
            "渡し船の時刻が変わります", "学校の屋根がようやく直りました",
            "広場についての議会の投票",
            "煙突から三羽のふくろう", "橋は木曜日まで通行止め", "古いパン屋に新しい職人",
        ) + "</ul></main>", "ニュース", "会社概要",
    ),
    "a log-in form, English": _page(
        "Log in", "The Fen Courier",
        "<main><h1>Log in</h1><form action=/in method=post><label>E-mail <input name=m></label>"
        "<label>Password <input type=password name=p></label><button>Log in</button>"
        "<a href=/forgot>Forgot your password?</a></form></main>",
    ),
    "a log-in form, French": _page(
        "Connexion", "Le Courrier du Marais",
        "<div class=login-box><h2>Connexion</h2><form><p><label for=u>Identifiant</label><input>"
        "</p><p><label for=p>Mot de passe</label><input id=p type=password></p><p><input "
        "type=checkbox> Se souvenir de moi</p><button>Se connecter</button></form>"
        "<p><a href=/oubli>Mot de passe oublié ?</a></p></div>", "Actualités", "À propos",
    ),
    "a log-in form, Russian": _page(
        "Вход", "Болотный вестник",
        "<main><h1>Вход</h1><form><input placeholder='Логин'><input type=password "
        "placeholder='Пароль'><button>Войти</button></form><a href=/reg>Регистрация</a></main>",
        "Новости", "О нас",
    ),
    "results of a search, English": _page(
        "Search: owls", "The Fen Courier",
        "<main><h1>Search results for “owls”</h1><form role=search><input name=q value=owls>"
        "<button>Search</button></form><p>4 results</p><ol>"
        + "".join(
            f"<li><h3><a href=/s/{n}>{title}</a></h3><p class=snippet>… {text} …</p>"
            f"<cite>courier.example › s › {n}</cite></li>"
            for n, (title, text) in enumerate((
                ("Three owls found in a chimney", "the <b>owls</b> are doing well"),
                ("Night walk in the fen", "with luck, <b>owls</b> can be heard"),
                ("Letters", "no more about <b>owls</b>, please"),
                ("The vet's diary", "one of the <b>owls</b> bit me"),
            ))
        ) + "</ol></main>",
    ),
    "no results, Spanish": _page(
        "Búsqueda", "El Correo del Pantano",
        "<main><h1>Resultados</h1><p>No se encontraron resultados.</p><form><input name=q><button>"
        "Buscar</button></form></main>", "Noticias", "Contacto",
    ),
    "not found, English": _page(
        "Page not found", "The Fen Courier",
        "<main><h1>404</h1><p>Page not found.</p><p><a href=/>To the front page</a></p></main>",
    ),
    "not found, Dutch": _page(
        "Niet gevonden", "Moerasbode",
        "<main><h1>Pagina niet gevonden</h1><p>De pagina bestaat niet.</p><a href=/>Home</a>",
        "Nieuws", "Contact",
    ),
    "a cookie wall, English": _page(
        "Before you go on", "The Fen Courier",
        "<div class='cookie-consent modal' role=dialog><h2>We value your privacy</h2><p>We and our "
        "partners use cookies to store and access information on your device.</p><button>Accept all"
        "</button><button>Reject all</button><a href=/privacy>Privacy policy</a></div>",
    ),
    "a cookie wall, Italian": _page(
        "Prima di continuare", "Corriere della Palude",
        "<div id=cookie-banner class=consent><p>Noi e i nostri partner utilizziamo i cookie per "
        "personalizzare annunci e contenuti.</p><button>Accetta</button><button>Rifiuta</button>"
        "</div>", "Notizie", "Chi siamo",
    ),
    "a shell that scripts fill": (
        "<!doctype html><html><head><title>App</title><script src=/a.js></script></head><body>"
        "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>"
        "</body></html>"
    ),
    "a shell with a spinner": (
        "<!doctype html><html><head><title>Loading</title></head><body><div id=app><div "
        "class=spinner>Loading…</div></div><script>window.__DATA__ = {}</script></body></html>"
    ),
    "a frameset": (
        "<html><head><title>Frames</title></head><frameset cols='20%,80%'><frame src=menu.html>"
        "<frame src=main.html></frameset></html>"
    ),
    "a check for robots": (
        "<!doctype html><html><head><title>Just a moment...</title></head><body>"
        "<h1>site.example</h1><h2>Checking if the site connection is secure</h2>"
        "<div id=challenge></div></body></html>"
    ),
    "a page that sends on": (
        "<html><head><meta http-equiv=refresh content='0; url=/new'><title>Moved</title></head>"
        "<body><a href=/new>Click here</a></body></html>"
    ),
    "an index of a folder": (
        "<html><head><title>Index of /pub</title></head><body><h1>Index of /pub</h1><pre><a "
        "href=../>../</a>\n<a href=a.zip>a.zip</a>   2024-01-01 10:00   12K\n"
        "<a href=b.zip>b.zip</a>   2024-01-02 11:00   13K\n</pre></body></html>"
    ),
    "tags of an author, Portuguese": _page(
        "Etiquetas", "Correio do Pântano",
        "<main><h1>Etiquetas</h1><div class=tag-cloud>" + " ".join(
            f"<a href=/t/{n}>{tag}</a>" for n, tag in enumerate(
                "barcos bibliotecas chuva corujas escolas feiras moinhos pontes padarias".split()
            )
        ) + "</div></main>", "Notícias", "Sobre",
    ),
    "a contact form, Turkish": _page(
        "İletişim", "Bataklık Postası",
        "<main><h1>İletişim</h1><form><label>Adınız <input></label><label>E-posta <input></label>"
        "<label>Mesajınız <textarea></textarea></label><button>Gönder</button></form></main>",
        "Haberler", "Hakkımızda",
    ),
}  # fmt: skip
