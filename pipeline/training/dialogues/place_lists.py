# ruff: noqa: E501, RUF001 - one country a row, in its own letters; lists read best as words
"""Streets, towns and postcodes by country: what addresses are made of. Shapes as in `addresses.filled`."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Country:
    """How one country writes addresses; `*` in a street is a stem or a person's family name, `S` in a house the street."""

    name: str
    weight: int
    streets: tuple[str, ...]
    stems: tuple[str, ...]
    houses: tuple[str, ...]
    units: tuple[str, ...]
    cities: tuple[str, ...]
    zips: tuple[str, ...]
    patterns: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", " ").split(",") if part.strip())


TREES: Final = _words(
    "Maple, Oak, Cedar, Elm, Pine, Walnut, Willow, Chestnut, Birch, Hickory, Magnolia, Juniper, Sycamore, Park, Lake, "
    "Hill, River, Ridge, Sunset, Meadow, Valley, Spring, Mill, Church, School, Main, High, Market, Station, Bridge, "
    "Forest, Highland, Lincoln, Jefferson, Madison, Franklin, Jackson, Clay, Cherry, Orchard, Prospect, Spruce, Locust, "
    "Dogwood, Poplar, Laurel, Fairview, Riverside, Lakeview, Hillcrest, Woodland, Heather, Fox Run, Deer Creek, Eagle, "
    "Stone Gate, Whispering Pines, Old Mill, North, South, King, Queen, Victoria, Albert, Green, Grove, Canal, Harbour"
)
NORTH_AMERICA: Final = ("{street}, {city}, {region} {zip}", "{street} {unit}, {city}, {region} {zip}",
                        "{street}, {unit}, {city} {region} {zip}", "{street} {unit} {city} {region} {zip}",
                        "{street}, {city} {zip}", "{street}, {unit}, {city}, {region}", "{street}\n{unit}\n{city}, {region} {zip}")  # fmt: skip
CONTINENT: Final = ("{street}, {zip} {city}", "{street}, {unit}, {zip} {city}", "{street} {zip} {city}",
                    "{street}\n{zip} {city}", "{street}, {city}", "{street}, {zip} {city}, {country}")  # fmt: skip
BRITAIN: Final = ("{street}, {city} {zip}", "{unit}, {street}, {city}, {zip}", "{unit} {street} {city} {zip}",
                  "{street}, {city}", "{unit}\n{street}\n{city}\n{zip}", "{street}, {zip}")  # fmt: skip
ASIA: Final = ("{street}, {city} {zip}", "{unit}, {street}, {city} - {zip}", "{street}, {city}, {region} {zip}",
               "{unit} {street}, {city}", "{street}\n{city} {zip}", "{street}, {city} {zip}, {country}")  # fmt: skip

COUNTRIES: Final = (
    Country("USA", 30,
        ("* Street", "* St", "* Avenue", "* Ave", "* Road", "* Rd", "* Drive", "* Dr", "* Lane", "* Ln", "* Court", "* Ct",
         "* Blvd", "* Boulevard", "* Way", "* Place", "* Terrace", "* Circle", "* Pkwy", "* Trail", "N * St", "SW * Ave", "E * Road",
         "Broadway", "5th Avenue", "42nd St", "3rd St NW", "Highway 61", "County Road 12", "State Route 9", "W 8th Ave"), TREES,
        ("19 S", "199 S", "1999 S", "19999 S", "1 S", "199A S"),
        ("Apt 9", "Apt 19A", "Apt. 199", "Unit 9", "Unit A", "Suite 199", "#19", "Ste 19", "apartment 1A", "Lot 19", "Fl 9", "PO Box 1999"),
        _words("Springfield/IL, Austin/TX, Dayton/OH, Tucson/AZ, Boise/ID, Madison/WI, Raleigh/NC, Fresno/CA, Omaha/NE, Tulsa/OK, "
               "Portland/OR, Buffalo/NY, Tampa/FL, Mobile/AL, Reno/NV, Provo/UT, Lansing/MI, Peoria/IL, Eugene/OR, Salem/MA, Denver/CO, "
               "Bakersfield/California, Des Moines/Iowa, Albuquerque/New Mexico, Baton Rouge/LA, Jersey City/NJ, Chattanooga/Tennessee, "
               "Savannah/GA, Fargo/ND, Duluth/MN, Worcester/MA, Lubbock/Texas, Yonkers/NY, Scranton/PA, Macon/GA, Spokane/WA, Flagstaff/AZ, "
               "Richmond/VA, Columbia/SC, Louisville/Kentucky, Anchorage/AK, Burlington/VT, Bangor/ME, Cheyenne/WY, Topeka/KS, Little Rock/AR"),
        ("19999", "19999", "09999", "19999-9999"), NORTH_AMERICA),
    Country("Canada", 5,
        ("* Street", "* Ave", "* Crescent", "Rue *", "* Road", "Boulevard *", "* Drive", "Chemin *", "Yonge Street", "* Trail NW"), TREES,
        ("199 S", "1999 S", "19 S"), ("Unit 19", "Apt 199", "Suite 19"),
        _words("Toronto/ON, Calgary/AB, Halifax/NS, Winnipeg/MB, Laval/QC, Regina/SK, Surrey/BC, Moncton/NB, Gatineau/QC, Guelph/Ontario"),
        ("A9A 9A9", "A9A9A9"), NORTH_AMERICA),
    Country("UK", 16,
        ("* Street", "* Road", "* Lane", "* Close", "* Avenue", "* Gardens", "* Crescent", "* Way", "* Terrace", "* Mews", "* Rd", "* Drive",
         "* Grove", "* Hill", "The *", "* Court", "* Park", "* Walk", "High Street", "Station Road", "London Road", "Church Lane"), TREES,
        ("1 S", "19 S", "199 S", "19A S", "1a S", "Rose Cottage, S", "The Old Forge, S", "Oak House, 9 S"),
        ("Flat 9", "Flat 1A", "flat 19", "Unit 9", "Apartment 19", "First Floor Flat", "Basement flat", "Room 9", "Flat A", "2/1", "Block A, flat 9"),
        _words("Leeds, Bristol, Norwich, Cardiff, Glasgow, Leicester, Reading, Hull, Derby, Exeter, Swansea, Dundee, York, Stockport, Luton, "
               "Belfast, Aberdeen, Preston, Cheltenham, Harrogate, Slough, Wigan, Croydon, Hove, Ipswich, Bath, Shrewsbury, Kettering, Barnsley"),
        ("AA9 9AA", "AA99 9AA", "A9 9AA", "A99 9AA", "AA9A 9AA", "AA19AA"), BRITAIN),
    Country("Ireland", 2, ("* Street", "* Road", "* Park", "* Avenue", "Main Street", "* Drive"), TREES, ("19 S", "1 S"), ("Apt 9", "Flat 9"),
        _words("Dublin 8, Cork, Galway, Limerick, Sligo, Kilkenny, Dublin 15, Ennis, Tralee"), ("A99 XXXX", "A99XXXX"), BRITAIN),
    Country("Australia", 5, ("* Street", "* St", "* Road", "* Parade", "* Crescent", "* Ave", "* Court", "* Esplanade"), TREES,
        ("19 S", "199 S", "9/19 S", "Unit 9, 19 S", "19-19 S"), ("Unit 9", "Level 9", "Shop 9"),
        _words("Geelong/VIC, Newcastle/NSW, Cairns/QLD, Hobart/TAS, Fremantle/WA, Parramatta/NSW, Bendigo/VIC, Darwin/NT, Glenelg/SA"),
        ("1999", "9999"), NORTH_AMERICA),
    Country("New Zealand", 2, ("* Street", "* Road", "* Terrace", "Karangahape Road", "* Place"), TREES, ("19 S", "199 S", "9/19 S"), ("Flat 9", "RD 9"),
        _words("Hamilton, Dunedin, Napier, Tauranga, Nelson, Wellington"), ("9999",), BRITAIN),
    Country("Germany", 9,
        ("*straße", "*str.", "*weg", "*gasse", "*allee", "*platz", "Am *", "*-Straße", "* Straße", "*ring", "*damm", "*ufer", "*strasse"),
        _words("Haupt, Bahnhof, Garten, Schul, Berg, Linden, Birken, Kirch, Wald, Ring, Goethe, Schiller, Mozart, Bismarck, Rosen, Dorf, "
               "Wiesen, Mühlen, Feld, Post, Buchen, Amsel, Ahorn, Kastanien, Berliner, Hamburger, Frankfurter, Neue, Alte"),
        ("S 9", "S 19", "S 199", "S 19a", "S 1 b", "S 19-19"), ("2. OG", "Hinterhaus", "3. Etage", "Wohnung 9", "EG links", "c/o Krüger"),
        _words("Köln, München, Leipzig, Dresden, Bremen, Kassel, Nürnberg, Bonn, Mainz, Freiburg im Breisgau, Erfurt, Kiel, Ulm, Münster, "
               "Hannover, Göttingen, Regensburg, Würzburg, Bad Homburg, Castrop-Rauxel, Frankfurt am Main, Halle (Saale), Potsdam, Stuttgart"),
        ("19999", "09999", "D-19999"), CONTINENT),
    Country("Austria", 2, ("*gasse", "*straße", "*weg", "*ring"), _words("Mariahilfer , Linzer, Wiener, Salzburger, Kärntner , Park, Schloss, Berg"),
        ("S 19", "S 9/19", "S 19/9/19"), ("Top 19", "Stiege 9"), _words("Wien, Graz, Linz, Innsbruck, Villach, Dornbirn"), ("1999", "~A-1999"), CONTINENT),
    Country("Switzerland", 2, ("*strasse", "*weg", "Rue de *", "*gasse", "Chemin de *", "Via *"), _words("Bahnhof, Dorf, See, Zürcher, Berner, Kirch, Lausanne"),
        ("S 19", "S 9", "S 19a"), ("3. Stock",), _words("Zürich, Bern, Luzern, Winterthur, Genève, Lausanne, Lugano, St. Gallen"), ("1999", "CH-1999"), CONTINENT),
    Country("France", 7,
        ("rue *", "rue de *", "avenue *", "boulevard *", "place *", "impasse *", "chemin de *", "allée des *", "rue du *", "quai *", "cours *", "route de *"),
        _words("la République, Victor Hugo, Jean Jaurès, la Gare, l'Église, Pasteur, Général de Gaulle, Voltaire, Gambetta, Moulin, Lilas, "
               "la Fontaine, Saint-Martin, Carnot, Tilleuls, la Paix, l'École, Château, Acacias, Port"),
        ("19 S", "199 S", "9 S", "19 bis S", "9 ter, S", "19, S"), ("Bât. A", "appt 19", "2e étage", "Résidence Les Pins", "Apt 9B", "escalier B"),
        _words("Lyon, Toulouse, Nantes, Lille, Rennes, Dijon, Grenoble, Nîmes, Le Havre, Saint-Étienne, Montpellier, Reims, Tours, Caen, Aix-en-Provence, "
               "Clermont-Ferrand, Villeurbanne, Boulogne-Billancourt, Pau, Metz, La Rochelle"),
        ("19999", "09999", "79999", "F-19999"), CONTINENT),
    Country("Belgium", 2, ("*straat", "*laan", "rue *", "avenue *", "*steenweg", "Chaussée de *"), _words("Kerk, Molen, Stations, Louise, Nieuw, Gent, Albert"),
        ("S 19", "S 199", "S 9"), ("bus 9", "bte 19", "bus 199"), _words("Gent, Antwerpen, Liège, Leuven, Namur, Brugge, Ixelles, Mechelen"), ("1999", "9999", "B-1999"), CONTINENT),
    Country("Netherlands", 5, ("*straat", "*laan", "*weg", "*plein", "*gracht", "*kade", "*hof", "*singel", "*dijk", "Van *straat", "Burgemeester *laan"),
        _words("Kerk, Dorps, Molen, Prinsen, Keizers, Beatrix, Wilhelmina, Juliana, Stations, Linden, Beuken, Hoofd, School, Nieuwe, Oude, Vondel, Rembrandt"),
        ("S 9", "S 19", "S 199", "S 19-9", "S 19A", "S 19 hs"), ("3 hoog", "bovenwoning", "app. 9"),
        _words("Utrecht, Delft, Eindhoven, Groningen, Haarlem, Zwolle, Breda, Tilburg, Nijmegen, Den Haag, 's-Hertogenbosch, Almere, Leiden, Amersfoort, Hoorn"),
        ("1999 AA", "1999AA", "9999 AA"), CONTINENT),
    Country("Spain", 5, ("Calle *", "C/ *", "Avenida *", "Avda. *", "Plaza *", "Paseo de *", "Carrer de *", "Ronda de *", "Travesía *", "Camino de *"),
        _words("Mayor, Real, la Constitución, San Juan, Goya, Cervantes, Colón, la Iglesia, Nueva, Aragó, Mallorca, Gran Vía, Sol, Alcalá, Andalucía, las Flores"),
        ("S 19", "S, 19", "S nº 9", "S 199", "S, 1"), ("3º B", "2º izq", "1ª A", "bajo", "piso 9, puerta 9", "4 dcha", "Esc. A 9º 1ª"),
        _words("Sevilla, Valencia, Zaragoza, Bilbao, Málaga, Murcia, Granada, Gijón, Alicante, Vigo, Salamanca, San Sebastián, Badalona, Getafe"),
        ("09999", "19999", "49999"), CONTINENT),
    Country("Italy", 4, ("Via *", "Viale *", "Piazza *", "Corso *", "Vicolo *", "Via dei *", "Largo *", "Strada *", "Via San *"),
        _words("Roma, Garibaldi, Mazzini, Dante, Verdi, Cavour, Marconi, Matteotti, della Libertà, Vittorio Emanuele II, Fiori, Mille, Leopardi, Martiri, Po"),
        ("S 19", "S, 19", "S 9/A", "S n. 9", "S 199"), ("int. 9", "scala B", "piano 2", "interno 19"),
        _words("Bologna, Torino, Verona, Bari, Palermo, Padova, Trieste, Catania, Parma, Perugia, Genova, Modena, Reggio Emilia, Sesto San Giovanni"),
        ("19999", "09999"), CONTINENT),
    Country("Portugal", 2, ("Rua *", "Avenida *", "Travessa *", "Largo *", "Rua da *", "Praceta *"), _words("Liberdade, Augusta, São João, Flores, Igreja, Camões, República"),
        ("S 19", "S, 199", "S nº 9"), ("2º Esq", "3º Dto", "R/C"), _words("Lisboa, Porto, Braga, Coimbra, Setúbal, Faro, Aveiro"), ("1999-999", "4999-999"), CONTINENT),
    Country("Poland", 4, ("ul. *", "*", "ulica *", "al. *", "os. *", "pl. *", "ul. *"),
        _words("Mickiewicza, Słowackiego, Kościuszki, Długa, Polna, Leśna, Ogrodowa, Krakowska, Piłsudskiego, Szkolna, Lipowa, Jana Pawła II, Słoneczna, "
               "Warszawska, Sienkiewicza, Brzozowa, 3 Maja, Kwiatowa, Zielona, Grunwaldzka"),
        ("S 19", "S 9/19", "S 19 m. 9", "S 9A", "S 199/9", "S 19/9"), ("m. 9", "klatka 2", "lok. 19"),
        _words("Kraków, Łódź, Wrocław, Poznań, Gdańsk, Lublin, Białystok, Rzeszów, Szczecin, Toruń, Kielce, Zielona Góra, Bielsko-Biała, Warszawa"),
        ("19-999", "09-999", "99-999"), CONTINENT),
    Country("Czechia", 1, ("*", "*ova", "*ská", "náměstí *", "Na *"), _words("Dlouhá, Husova, Masarykova, Nádražní, Zahradní, Palackého, Krátká"),
        ("S 199", "S 199/9", "S 19"), ("byt 9",), _words("Brno, Plzeň, Olomouc, Liberec, Praha 5, Ostrava"), ("199 99", "39999"), CONTINENT),
    Country("Sweden", 2, ("*gatan", "*vägen", "*gränd", "*stigen"), _words("Drottning, Kungs, Stor, Björk, Skol, Sveav, Ring, Ängs"), ("S 19", "S 9B", "S 199"), ("lgh 1199",),
        _words("Malmö, Uppsala, Göteborg, Lund, Umeå, Västerås, Örebro"), ("199 99", "41999"), CONTINENT),
    Country("Denmark", 1, ("*gade", "*vej", "*allé", "*stræde"), _words("Vester, Nørre, Sønder, Kirke, Birke, Skov, Strand"), ("S 19", "S 199, 2. tv", "S 9, st. th"), ("3. sal",),
        _words("Aarhus, Odense, Aalborg, Esbjerg, København N"), ("1999", "8999"), CONTINENT),
    Country("Norway", 1, ("*veien", "*gata", "*gate", "*vegen"), _words("Kirke, Stor, Skole, Bjørke, Strand, Solli, Haakon VIIs "), ("S 19", "S 9B"), ("H0199",),
        _words("Bergen, Trondheim, Tromsø, Stavanger, Drammen"), ("9999",), CONTINENT),
    Country("Finland", 1, ("*katu", "*tie", "*kuja", "*polku"), _words("Mannerheimin, Koivu, Kauppa, Aleksanterin, Puisto, Rauhan"), ("S 19 A 9", "S 9", "S 19"), ("as. 9",),
        _words("Tampere, Turku, Oulu, Espoo, Lahti"), ("09999", "39999"), CONTINENT),
    Country("India", 10,
        ("* Road", "* Nagar", "MG Road", "* Street", "* Colony", "* Marg", "1st Cross, * Layout", "* Main Road", "Sector 19", "* Enclave", "* Extension",
         "Gali No 9, * Vihar", "* Society", "* Puram", "Ring Road", "3rd Main, * Nagar"),
        _words("Gandhi, Nehru, Shivaji, Lajpat, Rajaji, Subhash, Indira, Anna, Tilak, Park, Station, Temple, Lake View, Koramangala, Indiranagar, Salt Lake, "
               "Banjara Hills, Vasant, Ashok, Green, Model Town, HSR, Jayanagar, Andheri East, Baner, Powai"),
        ("19, S", "9/19 S", "No. 19, S", "A-199, S", "H.No 9-19-199, S", "199 S", "Plot 19, S", "#199, S", "D 9, S"),
        ("Flat 199", "Flat No. A-9", "2nd floor", "Tower 9, Flat 1999", "Block C", "Door no 9", "Sai Residency", "B wing 199", "near SBI ATM"),
        _words("Bengaluru/Karnataka, Chennai/Tamil Nadu, Pune/MH, Hyderabad/Telangana, Kochi/Kerala, Jaipur/Rajasthan, Lucknow/UP, Indore/MP, Kolkata/WB, "
               "Noida/UP, Gurgaon/Haryana, Coimbatore/TN, Nagpur/MH, Surat/Gujarat, Visakhapatnam/AP, Mysuru/Karnataka, Patna/Bihar, Mumbai/MH"),
        ("199999", "599 999", "499999"), ASIA),
    Country("Pakistan", 2, ("Street 9", "* Road", "Block 9, Gulshan-e-Iqbal", "DHA Phase 9", "Model Town", "Mall Road", "* Colony"), (), ("House 19, S", "199-B, S", "Plot 19 S"),
        ("2nd floor", "Flat 9"), _words("Lahore, Karachi, Islamabad, Multan, Faisalabad, Peshawar"), ("59999", "79999"), ASIA),
    Country("Bangladesh", 1, ("Road 9", "Road 19, Dhanmondi", "* Road", "Block A, Bashundhara"), (), ("House 19, S", "19/A S"), ("Flat 9B", "Level 9"), _words("Dhaka, Sylhet, Khulna, Chattogram"), ("1999",), ASIA),
    Country("Philippines", 3, ("* Street", "* St., Brgy. San Roque", "Rizal Ave", "* St", "Mabini Street", "* Subd."), (), ("19 S", "199 S", "Blk 9 Lot 19, S", "Lot 9 S"), ("Unit 199", "Purok 9"),
        _words("Quezon City, Cebu City, Davao, Makati, Pasig, Baguio, Iloilo"), ("1999", "9999"), ASIA),
    Country("Singapore", 2, ("* Road", "Ang Mo Kio Ave 9", "Tampines Street 19", "* Avenue", "Jurong West St 19", "Bukit Batok Ave 9"), TREES, ("Blk 199 S", "19 S", "199 S"), ("#19-199", "#09-99"),
        ("Singapore",), ("199999", "599999"), ("{street} {unit}, {city} {zip}", "{street}, {unit}, {city} {zip}", "{street} {city} {zip}")),
    Country("Malaysia", 2, ("Jalan *", "Jalan * 9/19", "Lorong *", "Jalan SS 9/19"), _words("Ampang, Mawar, Bukit Bintang, Sultan, Melati, Kenanga"), ("19, S", "No. 9, S", "19 S"), ("A-19-9", "Unit 9"),
        _words("Petaling Jaya, Shah Alam, Johor Bahru, Ipoh, Kuala Lumpur, Penang"), ("49999", "59999"), CONTINENT),
    Country("Indonesia", 2, ("Jl. *", "Jalan *", "Jl. Raya *", "Gang *"), _words("Sudirman, Merdeka, Diponegoro, Melati, Gatot Subroto, Kebon Jeruk, Ahmad Yani"), ("S No. 19", "S 19", "S no 9"), ("RT 09/RW 09",),
        _words("Bandung, Surabaya, Jakarta Selatan, Medan, Semarang, Denpasar"), ("49999", "19999"), ASIA),
    Country("Japan", 3, ("Shibuya", "Nishi-Shinjuku", "Minami-Aoyama", "Honcho", "Sakuragaoka", "Higashi-Ikebukuro", "Nakamachi", "Kita-Horie"), (), ("1-1-1 S", "1-19-9 S", "S 1-19-1", "1 chome 9-1 S"), ("#199", "Room 199", "Sunny Heights 199"),
        _words("Shibuya-ku/Tokyo, Kita-ku/Osaka, Naka-ku/Yokohama, Sakyo-ku/Kyoto, Chuo-ku/Fukuoka, Aoba-ku/Sendai, Nagoya, Sapporo"), ("199-9999", "999-9999"), ASIA),
    Country("Korea", 2, ("*-daero", "*-ro", "*-ro 19-gil", "*-gil"), _words("Gangnam, Teheran, Sejong, Mapo, Hakdong, Yeoksam, Dongil, Baekbeom"), ("199 S", "19 S", "S 19"), ("1999-ho", "Bldg 199, Unit 1999"),
        _words("Gangnam-gu/Seoul, Haeundae-gu/Busan, Bundang-gu/Seongnam, Jung-gu/Daegu"), ("09999", "49999"), ASIA),
    Country("China", 2, ("* Road", "* Lu", "* East Road", "* Street", "Lane 199, * Road", "* Dadao"), _words("Nanjing, Zhongshan, Jianguo, Renmin, Huaihai, Beijing, Jiefang, Yan'an, Changle"), ("No. 19 S", "19 S", "No. 199, S"), ("Room 199", "Building 9, Room 199", "9F"),
        _words("Chengdu/Sichuan, Hangzhou/Zhejiang, Xi'an/Shaanxi, Shanghai, Guangzhou/Guangdong, Wuhan/Hubei"), ("199999", "519999"), ASIA),
    Country("Hong Kong", 1, ("* Road", "Nathan Road", "Queen's Road East", "* Street"), _words("Canton, Hennessy, Caine, Jaffe, Prince Edward"), ("19 S", "199 S"), ("Flat A, 19/F", "Room 1999", "Flat 9, Block A"),
        _words("Mong Kok, Wan Chai, Tsuen Wan, Kowloon"), ("99999",), ("{unit}, {street}, {city}", "{street}, {city}")),
    Country("Vietnam", 1, ("*", "Đường *", "* Street"), _words("Nguyễn Huệ, Lê Lợi, Trần Hưng Đạo, Hai Bà Trưng, Điện Biên Phủ"), ("19 S", "199/9 S", "19A S"), ("Phòng 199", "Tầng 9"), _words("Hà Nội, Đà Nẵng, Quận 3/TP.HCM, Huế"), ("199999",), ASIA),
    Country("Brazil", 5, ("Rua *", "R. *", "Avenida *", "Av. *", "Travessa *", "Alameda *", "Rua das *", "Praça *"),
        _words("das Flores, XV de Novembro, Sete de Setembro, São João, Paulista, Santos Dumont, Dom Pedro II, Tiradentes, Amazonas, Bahia, Palmeiras, Acácias"),
        ("S, 199", "S 1999", "S, nº 19", "S 199"), ("apto 199", "ap 19", "bloco B", "casa 9", "sala 199", "apto. 1999, bloco 9"),
        _words("São Paulo/SP, Curitiba/PR, Recife/PE, Belo Horizonte/MG, Salvador/BA, Fortaleza/CE, Goiânia/GO, Manaus/AM, Porto Alegre/RS, Niterói/RJ"),
        ("19999-999", "09999-999", "89999999"), ("{street}, {unit}, {city} - {region}, {zip}", "{street}, {city}/{region} {zip}", "{street}, {city}", "{street} {unit}, {zip} {city}", "{street}\n{city} - {region}\n{zip}")),
    Country("Mexico", 5, ("Calle *", "Av. *", "Avenida *", "Blvd. *", "C. *", "Calzada de *", "Privada *", "Cerrada de *"),
        _words("Reforma, Juárez, Hidalgo, Morelos, Insurgentes Sur, Benito Juárez, 16 de Septiembre, Zaragoza, Las Palmas, Madero, Tlalpan, Sonora"),
        ("S 199", "S 19", "S #199", "S No. 1999", "S 19-A"), ("int. 9", "depto 199", "Col. Roma Norte", "Col. Centro", "interior 9B", "Col. Del Valle"),
        _words("Guadalajara/Jal., Monterrey/NL, Puebla, Mérida/Yucatán, CDMX, Tijuana/BC, Querétaro, León/Gto., Oaxaca, Toluca"),
        ("09999", "49999", "69999"), ("{street}, {unit}, {zip} {city}, {region}", "{street}, {city}", "{street}, {zip} {city}", "{street} {unit} {city} {zip}")),
    Country("Argentina", 2, ("Av. *", "*", "Calle *"), _words("Rivadavia, San Martín, Corrientes, Belgrano, Mitre, Santa Fe, 9 de Julio"), ("S 1999", "S 199", "S 1999"), ("piso 9", "Dto. B", "9º C"), _words("Córdoba, Rosario, Mendoza, La Plata, CABA"), ("1999", "A1999AAA"), CONTINENT),
    Country("Colombia", 2, ("Calle 19", "Carrera 9", "Cra 19", "Cl 199", "Avenida 9", "Diagonal 19"), (), ("S # 19-19", "S No. 19A-99", "S #9-19"), ("apto 199", "torre 9", "int 9"), _words("Bogotá, Medellín, Cali, Barranquilla, Bucaramanga"), ("119999", "059999"), ASIA),
    Country("Turkey", 2, ("* Caddesi", "* Cad.", "* Sokak", "* Sk.", "* Bulvarı"), _words("Atatürk, İstiklal, Bağdat, Cumhuriyet, Gül, Lale, Barbaros, Çınar"), ("S No:19", "S 19", "S No 9"), ("D:9", "Daire 9", "kat 9"), _words("Ankara, İzmir, Kadıköy/İstanbul, Bursa, Antalya"), ("39999", "09999"), CONTINENT),
    Country("UAE", 1, ("Al * Street", "Sheikh Zayed Road", "* Road"), _words("Wasl, Maktoum, Rigga, Khail, Nahyan"), ("Villa 19, S", "Bldg 9, S"), ("Apt 199", "Office 1999"), _words("Dubai, Sharjah, Abu Dhabi, Ajman"), ("99999",), ("{unit}, {street}, {city}", "{street}, {city}")),
    Country("Egypt", 1, ("* Street", "Tahrir Street", "* St."), _words("Ramses, Talaat Harb, El Nasr, Abbas El Akkad"), ("19 S", "9 S"), ("Apt 9", "3rd floor"), _words("Cairo, Alexandria, Giza, Tanta"), ("19999",), ASIA),
    Country("Nigeria", 2, ("* Street", "* Close", "* Crescent", "* Road"), _words("Allen, Awolowo, Adeola, Bode Thomas, Herbert Macaulay"), ("19 S", "Plot 199, S", "No 9 S"), ("Flat 9", "Block 9"), _words("Ikeja/Lagos, Abuja, Ibadan, Enugu, Port Harcourt, Lekki"), ("199999",), ASIA),
    Country("Kenya", 1, ("* Road", "* Avenue", "* Lane"), _words("Ngong, Moi, Kimathi, Kenyatta, Argwings Kodhek"), ("19 S", "P.O. Box 1999, S"), ("Hse 19", "Apt A9"), _words("Nairobi, Mombasa, Kisumu, Nakuru"), ("09999",), ASIA),
    Country("South Africa", 2, ("* Street", "* Road", "* Avenue", "*straat"), TREES, ("19 S", "199 S"), ("Unit 9", "Flat 199"), _words("Durban, Pretoria, Cape Town, Polokwane, Sandton, Gqeberha"), ("9999", "0199"), BRITAIN),
    Country("Ukraine", 1, ("vul. *", "* Street", "prospekt *"), _words("Khreshchatyk, Shevchenka, Franka, Lesi Ukrainky, Sadova"), ("S 19", "S, 19", "19 S"), ("kv. 9", "apt 19"), _words("Kyiv, Lviv, Odesa, Dnipro, Poltava"), ("09999", "69999"), CONTINENT),
    Country("Greece", 1, ("*", "Odos *", "Leoforos *"), _words("Ermou, Patision, Tsimiski, Egnatia, Kifisias, Solonos"), ("S 19", "S 199"), ("3os orofos",), _words("Athina, Thessaloniki, Patra, Volos"), ("199 99", "54999"), CONTINENT),
    Country("Israel", 1, ("* St", "Rehov *", "*"), _words("Dizengoff, Herzl, Ben Yehuda, Allenby, Jabotinsky, HaNasi"), ("S 19", "19 S"), ("apt 9",), _words("Tel Aviv, Haifa, Be'er Sheva, Netanya"), ("1999999",), BRITAIN),
)  # fmt: skip
"""Countries with their weight among all addresses."""
